import React, { useId } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Checkbox, IconButton, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { type IncidentsAddress, MAX_SEARCH, ORIGIN_CHOICES, STATUS_CHOICES } from './incidents-address.ts';
import { INCIDENT_TEXTS } from './incidents-text.ts';

const { search, status, origin, mine } = INCIDENT_TEXTS;
const STATUS_OPTIONS = STATUS_CHOICES.map((value) => ({ value, label: status.options[value] }));
const ORIGIN_OPTIONS = ORIGIN_CHOICES.map((value) => ({ value, label: origin.options[value] }));

/** Search and filters of the list. */
export function IncidentFilters(props: {
  readonly value: IncidentsAddress;
  readonly onChange: (part: Partial<IncidentsAddress>) => void;
}) {
  const { value, onChange } = props;
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <section className={styles.row} aria-label={INCIDENT_TEXTS.filters}>
      <div className={styles.search}>
        <label htmlFor={`${id}-search`} className={styles.label}>
          {search.label}
        </label>
        <Input
          id={`${id}-search`}
          type="text"
          value={value.q}
          maxLength={MAX_SEARCH}
          placeholder={search.placeholder}
          data-testid={TEST_IDS.incidents.search}
          onChange={(event) => onChange({ q: event.currentTarget.value })}
          suffix={
            value.q === '' ? undefined : (
              <IconButton name="times" aria-label={search.clear} onClick={() => onChange({ q: '' })} />
            )
          }
        />
      </div>
      <div data-testid={TEST_IDS.incidents.status}>
        <div className={styles.label} id={`${id}-status`}>
          {status.label}
        </div>
        <RadioButtonGroup
          aria-labelledby={`${id}-status`}
          options={STATUS_OPTIONS}
          value={value.status}
          onChange={(chosen) => onChange({ status: chosen })}
        />
      </div>
      <div data-testid={TEST_IDS.incidents.origin}>
        <div className={styles.label} id={`${id}-origin`}>
          {origin.label}
        </div>
        <RadioButtonGroup
          aria-labelledby={`${id}-origin`}
          options={ORIGIN_OPTIONS}
          value={value.origin}
          onChange={(chosen) => onChange({ origin: chosen })}
        />
      </div>
      <Checkbox
        className={styles.mine}
        label={mine}
        value={value.mine}
        data-testid={TEST_IDS.incidents.mine}
        onChange={(event) => onChange({ mine: event.currentTarget.checked })}
      />
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(1.5, 2) }),
  search: css({ flex: '1 1 260px', maxWidth: 480 }),
  label: css({
    display: 'block',
    marginBottom: theme.spacing(0.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  mine: css({ minHeight: theme.spacing(4), display: 'flex', alignItems: 'center' }),
});
