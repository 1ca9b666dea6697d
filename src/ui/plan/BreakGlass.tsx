import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Checkbox, useStyles2 } from '@grafana/ui';
import { TEST_IDS } from '../test-ids.ts';
import { DECISION_TEXTS as T } from './plan-texts.ts';

/** Shortest reason for an approval by one person alone; the executor asks for the same. */
export const MIN_REASON = 10;

/** Approval by one person alone, in an emergency; only where another approval would be missing without it. */
export function BreakGlass(props: {
  readonly missing: number;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const styles = useStyles2(getStyles);
  if (props.missing < 2) {
    return null;
  }
  return (
    <div className={styles.box}>
      <Checkbox
        label={T.breakGlass}
        description={T.breakGlassHint(props.missing)}
        value={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
        data-testid={TEST_IDS.plan.breakGlass}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    padding: theme.spacing(1),
    border: `1px dashed ${theme.colors.error.border}`,
    borderRadius: theme.shape.radius.default,
  }),
});
