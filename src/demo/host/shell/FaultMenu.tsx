import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import {
  type ActiveFault,
  type FaultDescription,
  type FaultList,
  injectFault,
  resetShop,
  stopFault,
} from './demo-api.ts';
import { ProcessList } from './ProcessList.tsx';

interface Props {
  readonly faults: FaultList | undefined;
  readonly onChange: () => void;
}

/** The catalogue of faults, what is active, and the way back to a healthy shop. */
export function FaultMenu({ faults, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const [intensity, setIntensity] = useState(1);
  const [message, setMessage] = useState('');
  const run = async (action: () => Promise<unknown>, done: string): Promise<void> => {
    try {
      await action();
      setMessage(done);
    } catch (error) {
      setMessage(error instanceof Error ? error.message : String(error));
    }
    onChange();
  };
  return (
    <div className={styles.panel}>
      <div className={styles.row}>
        <label className={styles.row}>
          Intensity
          <input
            type="range"
            min={0.1}
            max={2}
            step={0.1}
            value={intensity}
            onChange={(event) => setIntensity(Number(event.target.value))}
          />
          <output className={styles.number}>{intensity.toFixed(1)}</output>
        </label>
        <Button
          size="sm"
          variant="secondary"
          data-testid="demo-reset"
          onClick={() => void run(resetShop, 'The shop is back to its baseline')}
        >
          Reset the shop
        </Button>
        <output>{message}</output>
      </div>
      <ActiveFaults faults={faults} onStop={(id) => void run(() => stopFault(id), `Stopped ${titleOf(faults, id)}`)} />
      <ul className={styles.list}>
        {(faults?.catalogue ?? []).map((fault) => (
          <FaultCard
            key={fault.id}
            fault={fault}
            onInject={() => void run(() => injectFault(fault.id, intensity), `Started ${fault.title}`)}
          />
        ))}
      </ul>
      {!faults && <p>The shop has not named its faults yet.</p>}
      <ProcessList />
    </div>
  );
}

function FaultCard({ fault, onInject }: { readonly fault: FaultDescription; readonly onInject: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.card} data-testid={`demo-fault-${fault.id}`}>
      <div>
        <strong>{fault.title}</strong>
        {!fault.fault && <span className={styles.note}> (not a fault)</span>}
        <div className={styles.note}>{fault.description}</div>
      </div>
      <Button size="sm" variant="secondary" aria-label={`Start ${fault.title}`} onClick={onInject}>
        Start
      </Button>
    </li>
  );
}

function ActiveFaults({
  faults,
  onStop,
}: {
  readonly faults: FaultList | undefined;
  readonly onStop: (id: string) => void;
}) {
  const styles = useStyles2(getStyles);
  if (!faults || faults.active.length === 0) {
    return <p className={styles.note}>Nothing is broken at the moment.</p>;
  }
  return (
    <ul className={styles.list} aria-label="Active faults">
      {faults.active.map((active) => {
        const id = active.id ?? active.fault;
        return (
          <li key={id} className={styles.card} data-testid={`demo-active-${active.fault}`}>
            <span>
              <strong>{titleOf(faults, active.fault)}</strong> {describe(active)}
            </span>
            <Button
              size="sm"
              variant="destructive"
              aria-label={`Stop ${titleOf(faults, active.fault)}`}
              onClick={() => onStop(id)}
            >
              Stop
            </Button>
          </li>
        );
      })}
    </ul>
  );
}

function describe(active: ActiveFault): string {
  const since = dateTimeFormat(active.startedMs, { format: 'HH:mm:ss' });
  return `since ${since}, intensity ${active.intensity.toFixed(1)}`;
}

function titleOf(faults: FaultList | undefined, id: string): string {
  return faults?.catalogue.find((fault) => fault.id === id)?.title ?? id;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    panel: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      maxHeight: '60vh',
      overflow: 'auto',
      padding: theme.spacing(1, 2, 2),
      background: theme.colors.background.secondary,
    }),
    row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(2), margin: 0 }),
    number: css({ fontVariantNumeric: 'tabular-nums' }),
    list: css({
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fill, minmax(min(360px, 100%), 1fr))',
      gap: theme.spacing(1),
      margin: 0,
      padding: 0,
      listStyle: 'none',
    }),
    card: css({
      display: 'flex',
      alignItems: 'flex-start',
      justifyContent: 'space-between',
      gap: theme.spacing(1),
      padding: theme.spacing(1),
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
    }),
    note: css({ color: theme.colors.text.secondary, margin: 0 }),
  };
}
