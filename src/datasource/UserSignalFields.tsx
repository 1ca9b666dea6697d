import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, Field, Input, TextArea, useStyles2 } from '@grafana/ui';
import type { UserSignal } from '#contracts';
import { changeSignal, startSignal } from './detection-texts.ts';
import { EntryList, EntryRow, fieldsAt } from './EntryList.tsx';
import { NumberField } from './NumberField.tsx';
import type { SettingsErrors } from './settings-draft.ts';

const MAX_SIGNALS = 50;
const UNITS = [
  { value: 'seconds', label: 'Seconds' },
  { value: 'bytes', label: 'Bytes' },
  { value: 'ratio', label: 'Ratio, 0 to 1' },
  { value: 'per-second', label: 'Per second' },
  { value: 'count', label: 'Count' },
  { value: 'cores', label: 'CPU cores' },
  { value: 'dimensionless', label: 'None' },
] as const;
const HARMS = [
  { value: 'up', label: 'Too high' },
  { value: 'down', label: 'Too low' },
  { value: 'both', label: 'Either' },
] as const;

interface SignalsProps {
  readonly signals: readonly UserSignal[];
  readonly errors: SettingsErrors;
  readonly readOnly: boolean;
  readonly onChange: (signals: readonly UserSignal[]) => void;
}

/** Signals of the user's own: each a query with unit and the direction that does harm. They join the features of their service. */
export function UserSignalFields({ signals, errors, readOnly, onChange }: SignalsProps) {
  const styles = useStyles2(getStyles);
  return (
    <div>
      <h4>Own signals</h4>
      <p className={styles.muted}>
        A query that gives one series per service. The signal is judged by all detectors and counts for its service like
        latency or errors.
      </p>
      <EntryList
        entries={signals}
        noun="signal"
        maxEntries={MAX_SIGNALS}
        readOnly={readOnly}
        create={() => startSignal(signals)}
        onChange={onChange}
        renderFields={(signal, index) => (
          <SignalFields
            signal={signal}
            path={`detection.signals.${index}`}
            errors={errors}
            readOnly={readOnly}
            onChange={(change) => onChange(changeSignal(signals, index, change))}
          />
        )}
      />
    </div>
  );
}

function SignalFields(props: {
  readonly signal: UserSignal;
  readonly path: string;
  readonly errors: SettingsErrors;
  readonly readOnly: boolean;
  readonly onChange: (change: { readonly [K in keyof UserSignal]?: UserSignal[K] | undefined }) => void;
}) {
  const { signal, path, errors, onChange } = props;
  const { id, field } = fieldsAt(path, errors);
  return (
    <>
      <Field label="Query (PromQL)" {...field('query')}>
        <TextArea
          id={id('query')}
          cols={60}
          rows={2}
          placeholder="sum by (service) (rate(jobs_failed_total[5m]))"
          value={signal.query ?? ''}
          onChange={(event) => onChange({ query: event.currentTarget.value })}
        />
      </Field>
      <EntryRow>
        <Field label="Name" {...field('name')}>
          <Input
            id={id('name')}
            width={24}
            value={signal.name ?? ''}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
        </Field>
        <Field label="Label that names the service" {...field('serviceLabel')}>
          <Input
            id={id('serviceLabel')}
            width={24}
            placeholder="service"
            value={signal.serviceLabel ?? ''}
            onChange={(event) => onChange({ serviceLabel: event.currentTarget.value })}
          />
        </Field>
        <Field label="Unit" htmlFor={id('unit')}>
          <Combobox
            id={id('unit')}
            width={20}
            value={signal.unit ?? 'dimensionless'}
            options={[...UNITS]}
            onChange={({ value }) => onChange({ unit: value })}
          />
        </Field>
        <Field label="Harmful when" htmlFor={id('harm')}>
          <Combobox
            id={id('harm')}
            width={16}
            value={signal.harm ?? 'both'}
            options={[...HARMS]}
            onChange={({ value }) => onChange({ harm: value })}
          />
        </Field>
        <NumberField
          id={id('limit')}
          label="Limit"
          description="Optional, in the unit of the signal: where the resource is exhausted"
          path={`${path}.limit`}
          placeholder="none"
          value={signal.limit}
          errors={errors}
          readOnly={props.readOnly}
          onChange={(limit) => onChange({ limit })}
        />
      </EntryRow>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  muted: css({ color: theme.colors.text.secondary }),
});
