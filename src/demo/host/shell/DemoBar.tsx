import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { ClockControl } from './ClockControl.tsx';
import { listFaults } from './demo-api.ts';
import { FaultMenu } from './FaultMenu.tsx';
import { usePolled } from './use-polled.ts';

const FAULT_POLL_MS = 5000;

/** The demo's own controls: the shop's clock and the faults that a visitor can inject. */
export function DemoBar() {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(false);
  const faults = usePolled(listFaults, FAULT_POLL_MS);
  const active = faults.value?.active.length ?? 0;
  return (
    <section aria-label="Demo controls" className={styles.section}>
      <div className={styles.bar}>
        <ClockControl />
        <Button
          variant={active > 0 ? 'destructive' : 'secondary'}
          size="sm"
          data-testid="demo-faults-toggle"
          aria-expanded={isOpen}
          aria-controls="demo-faults"
          onClick={() => setOpen(!isOpen)}
        >
          {active > 0 ? `Break the shop (${active} active)` : 'Break the shop'}
        </Button>
      </div>
      {faults.problem && (
        <p role="alert" className={styles.problem}>
          {faults.problem}
        </p>
      )}
      <div id="demo-faults" hidden={!isOpen}>
        {isOpen && <FaultMenu faults={faults.value} onChange={faults.refresh} />}
      </div>
    </section>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    section: css({ borderBottom: `1px solid ${theme.colors.border.weak}` }),
    bar: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: theme.spacing(0.5, 2),
      minHeight: 40,
      padding: theme.spacing(0.5, 2),
    }),
    problem: css({ margin: 0, padding: theme.spacing(0.5, 2), color: theme.colors.error.text }),
  };
}
