import React, { useCallback } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { Combobox, type ComboboxOption, InlineField, InlineFieldRow } from '@grafana/ui';
import type { CausewayQuery, QueryType } from '#contracts';
import { SIGNAL_LABELS, TEST_IDS } from '#ui';
import type { CausewayDatasource, DatasourceJsonData } from './datasource.ts';

type Props = QueryEditorProps<CausewayDatasource, CausewayQuery, DatasourceJsonData>;

const TYPES: Array<ComboboxOption<QueryType>> = [
  { value: 'anomaly-score', label: 'Anomaly score', description: 'Score 0 to 1 over time, per service' },
  { value: 'anomaly-level', label: 'Newest score', description: 'One number per service, for alert rules' },
  { value: 'services', label: 'Services', description: 'Table of services with their state' },
  { value: 'topology', label: 'Topology', description: 'Nodes and edges, for the causal graph and node graph panels' },
];
const ALL: ComboboxOption = { value: '', label: 'All services' };
const SIGNALS: ComboboxOption[] = [
  { value: '', label: 'Worst of all', description: 'The score of the service as a whole' },
  ...Object.entries(SIGNAL_LABELS).map(([value, label]) => ({ value, label })),
];

/** Query type, and for scores the service and the signal. A signal adds its value and the expected band. */
export function QueryEditor({ query, onChange, onRunQuery, datasource }: Props) {
  const queryType = query.queryType ?? 'anomaly-score';
  const change = (part: Partial<CausewayQuery>) => {
    onChange({ ...query, queryType, ...part });
    onRunQuery();
  };
  const loadServices = useCallback(
    async (typed: string): Promise<ComboboxOption[]> => {
      const names = await datasource.fetchServiceNames().catch(() => []);
      return [ALL, ...names.filter((name) => name.includes(typed)).map((name) => ({ value: name, label: name }))];
    },
    [datasource]
  );
  return (
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
      {queryType !== 'topology' && (
        <InlineField label="Service" labelWidth={10} tooltip="A name, a dashboard variable, or all">
          <Combobox
            id={`causeway-service-${query.refId}`}
            width={30}
            createCustomValue
            value={query.service ?? ''}
            options={loadServices}
            placeholder="All services"
            onChange={({ value }) => change({ service: value })}
            data-testid={TEST_IDS.query.service}
          />
        </InlineField>
      )}
      {queryType === 'anomaly-score' && (
        <InlineField label="Signal" labelWidth={10} tooltip="One signal, with its value and what was expected">
          <Combobox
            id={`causeway-signal-${query.refId}`}
            width={30}
            value={query.signal ?? ''}
            options={SIGNALS}
            onChange={({ value }) => change({ signal: value })}
            data-testid={TEST_IDS.query.signal}
          />
        </InlineField>
      )}
    </InlineFieldRow>
  );
}
