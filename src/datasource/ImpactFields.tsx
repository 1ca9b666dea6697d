import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, Field, FieldSet, Input, TextArea, useStyles2 } from '@grafana/ui';
import type { DatasourceSettings, ImpactMetric } from '#contracts';
import { EntryList, EntryRow, fieldsAt } from './EntryList.tsx';
import type { GroupProps } from './OptionFields.tsx';
import type { SettingsErrors } from './settings-draft.ts';

const MAX_METRICS = 10;
const TIMES = [
  { value: 'second', label: 'Second' },
  { value: 'minute', label: 'Minute' },
] as const;
const DIRECTIONS = [
  { value: 'loss-when-lower', label: 'Lower than usual' },
  { value: 'loss-when-higher', label: 'Higher than usual' },
] as const;
const EMPTY: ImpactMetric = { name: '', query: '', unit: '', per: 'second', direction: 'loss-when-lower' };

/** Numbers that tell what an incident costs, beside the requests that fail. */
export function ImpactFields({ value, errors, readOnly, onChange }: GroupProps<DatasourceSettings['impact']>) {
  const styles = useStyles2(getStyles);
  const metrics = value?.metrics ?? [];
  const setMetrics = (next: readonly ImpactMetric[]) => onChange({ metrics: [...next] });
  return (
    <FieldSet label="Business impact">
      <p className={styles.muted}>
        Rates such as orders or money. Reports say how much is lost against usual times. Failed requests are always
        counted.
      </p>
      <EntryList
        entries={metrics}
        noun="metric"
        maxEntries={MAX_METRICS}
        readOnly={readOnly}
        create={() => EMPTY}
        onChange={setMetrics}
        renderFields={(metric, index) => (
          <MetricFields
            metric={metric}
            path={`impact.metrics.${index}`}
            errors={errors}
            onChange={(change) => setMetrics(metrics.map((item, at) => (at === index ? { ...item, ...change } : item)))}
          />
        )}
      />
    </FieldSet>
  );
}

function MetricFields(props: {
  readonly metric: Partial<ImpactMetric>;
  readonly path: string;
  readonly errors: SettingsErrors;
  readonly onChange: (change: Partial<ImpactMetric>) => void;
}) {
  const { metric, path, errors, onChange } = props;
  const { id, field } = fieldsAt(path, errors);
  return (
    <>
      <Field label="Query (PromQL)" {...field('query')}>
        <TextArea
          id={id('query')}
          cols={60}
          rows={2}
          placeholder="sum(rate(shop_revenue_usd_total[1m]))"
          value={metric.query ?? ''}
          onChange={(event) => onChange({ query: event.currentTarget.value })}
        />
      </Field>
      <EntryRow>
        <Field label="Name" {...field('name')}>
          <Input
            id={id('name')}
            width={24}
            placeholder="Revenue"
            value={metric.name ?? ''}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
        </Field>
        <Field label="Unit" {...field('unit')}>
          <Input
            id={id('unit')}
            width={12}
            placeholder="USD"
            value={metric.unit ?? ''}
            onChange={(event) => onChange({ unit: event.currentTarget.value })}
          />
        </Field>
        <Field label="The query is per" htmlFor={id('per')}>
          <Combobox
            id={id('per')}
            width={16}
            value={metric.per ?? 'second'}
            options={[...TIMES]}
            onChange={({ value }) => onChange({ per: value })}
          />
        </Field>
        <Field label="Something is lost when it is" htmlFor={id('direction')}>
          <Combobox
            id={id('direction')}
            width={24}
            value={metric.direction ?? 'loss-when-lower'}
            options={[...DIRECTIONS]}
            onChange={({ value }) => onChange({ direction: value })}
          />
        </Field>
      </EntryRow>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  muted: css({ color: theme.colors.text.secondary }),
});
