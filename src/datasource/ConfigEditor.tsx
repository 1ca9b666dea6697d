import React from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Field, FieldSet, Input } from '@grafana/ui';
import type { DatasourceSecretKey } from '#contracts';
import type { DatasourceJsonData } from './datasource.ts';
import { DetectionFields } from './DetectionFields.tsx';
import { ImpactFields } from './ImpactFields.tsx';
import { ExecutorKeyField, LlmFields } from './OptionFields.tsx';
import { changeGroup, changeUpstream, checkDatasourceSettings, type UpstreamKey } from './settings-draft.ts';
import { ChangeFields, TopologyFields } from './TopologyFields.tsx';
import { type SecretPort, UpstreamFields } from './UpstreamFields.tsx';
import { WatchFields } from './WatchFields.tsx';

/** Secrets of the datasource while they are edited. */
export type DatasourceSecrets = Partial<Record<DatasourceSecretKey, string>>;

type Props = DataSourcePluginOptionsEditorProps<DatasourceJsonData, DatasourceSecrets>;

const SOURCES = [
  {
    name: 'prometheus',
    title: 'Prometheus',
    secret: 'prometheusSecret',
    ca: 'prometheusCa',
    required: true,
    placeholder: 'http://prometheus:9090',
    description: 'Metrics: span metrics, service-graph metrics, containers',
  },
  {
    name: 'loki',
    title: 'Loki',
    secret: 'lokiSecret',
    ca: 'lokiCa',
    required: false,
    placeholder: 'http://loki:3100',
    description: 'Optional: logs and change events as evidence',
  },
  {
    name: 'tempo',
    title: 'Tempo',
    secret: 'tempoSecret',
    ca: 'tempoCa',
    required: false,
    placeholder: 'http://tempo:3200',
    description: 'Optional: traces as evidence and as a source of the service graph',
  },
  {
    name: 'jaeger',
    title: 'Jaeger',
    secret: 'jaegerSecret',
    ca: 'jaegerCa',
    required: false,
    placeholder: 'http://jaeger-query:16686',
    description: 'Optional: traces and dependencies of its query service',
  },
  {
    name: 'grafana',
    title: 'Grafana',
    secret: 'grafanaSecret',
    ca: 'grafanaCa',
    required: false,
    placeholder: 'http://grafana:3000',
    description: 'Optional: annotations as changes; needs a bearer token of a service account that may read them',
  },
] as const;

/** Settings of the datasource. Every one can be provisioned; a provisioned datasource is shown read-only. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { jsonData } = options;
  const readOnly = options.readOnly ?? false;
  const errors = checkDatasourceSettings(jsonData);
  const setJson = (next: DatasourceJsonData) => onOptionsChange({ ...options, jsonData: next });
  const secrets = toSecretPort({ options, onOptionsChange });
  const upstream = (name: UpstreamKey) => ({
    name,
    errors,
    readOnly,
    secrets,
    upstream: jsonData[name],
    onChange: (change: Parameters<typeof changeUpstream>[2]) => setJson(changeUpstream(jsonData, name, change)),
  });
  return (
    <>
      {readOnly && (
        <Alert severity="info" title="This data source is provisioned">
          It cannot be changed here. Change the provisioning file and restart Grafana.
        </Alert>
      )}
      {SOURCES.map(({ name, ...texts }) => (
        <UpstreamFields key={name} {...upstream(name)} {...texts} />
      ))}
      <UpstreamFields
        {...upstream('executor')}
        ca="executorCa"
        title="Executor"
        description="Optional: keeps incidents and carries out approved actions"
        placeholder="http://executor:8080"
      />
      {jsonData.executor && <ExecutorKeyField secrets={secrets} readOnly={readOnly} />}
      <FieldSet label="Scope">
        <Field
          label="Namespace"
          description="Kubernetes namespace to look at; all when empty"
          invalid={errors.namespace !== undefined}
          error={errors.namespace}
          disabled={readOnly}
        >
          <Input
            id="causeway-namespace"
            width={60}
            value={jsonData.namespace ?? ''}
            onChange={(event) => {
              const { namespace: _old, ...rest } = jsonData;
              const namespace = event.currentTarget.value;
              setJson(namespace === '' ? rest : { ...rest, namespace });
            }}
          />
        </Field>
      </FieldSet>
      <WatchFields
        value={jsonData.watch}
        errors={errors}
        readOnly={readOnly}
        onChange={(change) => setJson(changeGroup(jsonData, 'watch', change))}
      />
      <DetectionFields
        value={jsonData.detection}
        errors={errors}
        readOnly={readOnly}
        onChange={(change) => setJson(changeGroup(jsonData, 'detection', change))}
      />
      <TopologyFields
        value={jsonData.topology}
        errors={errors}
        readOnly={readOnly}
        onChange={(change) => setJson(changeGroup(jsonData, 'topology', change))}
      />
      <ChangeFields
        value={jsonData.changes}
        errors={errors}
        readOnly={readOnly}
        onChange={(change) => setJson(changeGroup(jsonData, 'changes', change))}
      />
      <ImpactFields
        value={jsonData.impact}
        errors={errors}
        readOnly={readOnly}
        onChange={(change) => setJson(changeGroup(jsonData, 'impact', change))}
      />
      <LlmFields
        value={jsonData.llm}
        errors={errors}
        readOnly={readOnly}
        secrets={secrets}
        onChange={(change) => setJson(changeGroup(jsonData, 'llm', change))}
      />
    </>
  );
}

function toSecretPort({ options, onOptionsChange }: Props): SecretPort {
  return {
    isStored: (key) => options.secureJsonFields?.[key] ?? false,
    value: (key) => options.secureJsonData?.[key] ?? '',
    set: (key, value) => onOptionsChange({ ...options, secureJsonData: { ...options.secureJsonData, [key]: value } }),
    reset: (key) =>
      onOptionsChange({
        ...options,
        secureJsonFields: { ...options.secureJsonFields, [key]: false },
        secureJsonData: { ...options.secureJsonData, [key]: '' },
      }),
  };
}
