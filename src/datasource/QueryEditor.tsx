import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, QueryEditorProps } from '@grafana/data';
import { Combobox, type ComboboxOption, InlineField, InlineFieldRow, useStyles2 } from '@grafana/ui';
import { type CausewayQuery, QUERY_TYPES, type QueryType } from '#contracts';
import { SIGNAL_LABELS, TEST_IDS } from '#ui';
import type { CausewayDatasource, DatasourceJsonData } from './datasource.ts';
import { BAND_TEXTS, QUERY_TEXTS, toTypedQuery } from './query-texts.ts';

type Props = QueryEditorProps<CausewayDatasource, CausewayQuery, DatasourceJsonData>;

const TYPES: Array<ComboboxOption<QueryType>> = Object.entries(QUERY_TEXTS).map(([value, text]) => ({
  value: value as QueryType,
  label: text.label,
  description: text.description,
  group: text.group,
}));
const BANDS = Object.entries(BAND_TEXTS).map(([value, [label, description]]) => ({
  value: value as NonNullable<CausewayQuery['band']>,
  label,
  description,
}));
const ALL: ComboboxOption = { value: '', label: 'All services' };
const WORST: ComboboxOption = { value: '', label: 'Worst of all', description: 'The score of the service as a whole' };
const SIGNALS: ComboboxOption[] = Object.entries(SIGNAL_LABELS).map(([value, label]) => ({ value, label }));

/** Query type, then the fields that it uses, and what it gives in a sentence. */
export function QueryEditor({ query, onChange, onRunQuery, datasource }: Props) {
  const styles = useStyles2(getStyles);
  const queryType = QUERY_TYPES.find((type) => type === query.queryType) ?? 'anomaly-score';
  const text = QUERY_TEXTS[queryType];
  const change = (part: Partial<CausewayQuery>) => {
    onChange(toTypedQuery({ ...query, ...part }, part.queryType ?? queryType));
    onRunQuery();
  };
  return (
    <>
      <InlineFieldRow>
        <InlineField label="Query" labelWidth={10}>
          <Combobox
            id={`causeway-type-${query.refId}`}
            width={24}
            value={queryType}
            options={TYPES}
            onChange={({ value }) => change({ queryType: value })}
            data-testid={TEST_IDS.query.type}
          />
        </InlineField>
        {text.service !== 'none' && <ServiceField query={query} datasource={datasource} onChange={change} />}
        {text.signal !== 'none' && (
          <InlineField label="Signal" labelWidth={10} tooltip="One signal, with its value and what was expected">
            <Combobox
              id={`causeway-signal-${query.refId}`}
              width={30}
              createCustomValue
              value={query.signal ?? (text.signal === 'needed' ? null : '')}
              placeholder="Choose a signal"
              options={text.signal === 'needed' ? SIGNALS : [WORST, ...SIGNALS]}
              onChange={({ value }) => change({ signal: value })}
              data-testid={TEST_IDS.query.signal}
            />
          </InlineField>
        )}
        {text.band && (
          <InlineField label="Band" labelWidth={10} tooltip="Which bounds are drawn">
            <Combobox
              id={`causeway-band-${query.refId}`}
              width={26}
              value={query.band ?? 'expected'}
              options={BANDS}
              onChange={({ value }) => change({ band: value })}
              data-testid={TEST_IDS.query.band}
            />
          </InlineField>
        )}
      </InlineFieldRow>
      <p className={styles.help} data-testid={TEST_IDS.query.help}>
        {text.help}
      </p>
    </>
  );
}

function ServiceField({
  query,
  datasource,
  onChange,
}: Pick<Props, 'query' | 'datasource'> & { readonly onChange: (part: Partial<CausewayQuery>) => void }) {
  const loadServices = useCallback(
    async (typed: string): Promise<ComboboxOption[]> => {
      const names = await datasource.fetchServiceNames().catch(() => []);
      return [ALL, ...names.filter((name) => name.includes(typed)).map((name) => ({ value: name, label: name }))];
    },
    [datasource]
  );
  return (
    <InlineField label="Service" labelWidth={10} tooltip="A name, a dashboard variable, or all">
      <Combobox
        id={`causeway-service-${query.refId}`}
        width={30}
        createCustomValue
        value={query.service ?? ''}
        options={loadServices}
        placeholder="All services"
        onChange={({ value }) => onChange({ service: value })}
        data-testid={TEST_IDS.query.service}
      />
    </InlineField>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  help: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    margin: theme.spacing(0.5, 0, 1),
  }),
});
