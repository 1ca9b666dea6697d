import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Field, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { TEST_IDS } from '#ui';

const MINUTE = 60_000;
const CHOICES: ReadonlyArray<readonly [ms: number, label: string]> = [
  [15 * MINUTE, '15 min before'],
  [60 * MINUTE, '1 h before'],
  [24 * 60 * MINUTE, '1 day before'],
];
const OTHER = -1;

/** Chooses the time that the shown graph is compared with; `compareMs` is how far before the shown instant it lies. */
export function CompareBar(props: {
  readonly atMs: number;
  readonly compareMs: number | undefined;
  readonly onCompare: (compareMs: number | undefined) => void;
}) {
  const { atMs, compareMs, onCompare } = props;
  const styles = useStyles2(getStyles);
  const known = CHOICES.some(([ms]) => ms === compareMs);
  const value = compareMs === undefined ? 0 : known ? compareMs : OTHER;
  return (
    <div className={styles.bar} data-testid={TEST_IDS.topology.compare}>
      <span aria-hidden>Compare with</span>
      <RadioButtonGroup
        size="sm"
        aria-label="Compare with"
        options={[
          { value: 0, label: 'Nothing' },
          ...CHOICES.map(([ms, label]) => ({ value: ms, label })),
          { value: OTHER, label: 'Another time' },
        ]}
        value={value}
        onChange={(chosen) => onCompare(chosen === 0 ? undefined : chosen === OTHER ? 6 * 60 * MINUTE : chosen)}
      />
      {value === OTHER && compareMs !== undefined && (
        <Field label="Time to compare with" noMargin>
          <Input
            type="datetime-local"
            width={26}
            value={toLocal(atMs - compareMs)}
            max={toLocal(atMs - MINUTE)}
            onChange={(event) => {
              const chosen = new Date(event.currentTarget.value).valueOf();
              if (Number.isFinite(chosen) && chosen < atMs) {
                onCompare(atMs - chosen);
              }
            }}
            data-testid={TEST_IDS.topology.compareTime}
          />
        </Field>
      )}
    </div>
  );
}

/** An instant as the browser's field for date and time wants it: local, without zone. */
function toLocal(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * MINUTE;
  return new Date(atMs - offsetMs).toISOString().slice(0, 16);
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
  }),
});
