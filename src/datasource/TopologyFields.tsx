import React from 'react';
import { Field, FieldSet, Input, Switch, TextArea } from '@grafana/ui';
import type { ChangeSettings, TopologySettings } from '#contracts';
import { NumberField } from './NumberField.tsx';
import type { GroupProps } from './OptionFields.tsx';

const WIDTH = 60;

/** Which sources make the service graph, and what people declare. */
export function TopologyFields({ value, errors, readOnly, onChange }: GroupProps<TopologySettings>) {
  const number = (key: 'lookbackMinutes' | 'staleMinutes', label: string, description: string, placeholder: string) => (
    <NumberField
      id={`causeway-topology-${key}`}
      path={`topology.${key}`}
      label={label}
      description={description}
      placeholder={placeholder}
      value={value?.[key]}
      errors={errors}
      readOnly={readOnly}
      onChange={(next) => onChange({ [key]: next } as Partial<TopologySettings>)}
    />
  );
  const fileError = errors['topology.file'];
  const labelError = errors['topology.teamLabel'];
  return (
    <FieldSet label="Topology">
      <Field label="Look for calls in traces" description="Samples of Tempo and Jaeger" disabled={readOnly}>
        <Switch
          id="causeway-topology-spans"
          value={value?.spans ?? true}
          onChange={(event) => onChange({ spans: event.currentTarget.checked })}
        />
      </Field>
      <Field
        label="Read workloads of Kubernetes"
        description="Namespace, team, pods and version, from kube-state-metrics"
        disabled={readOnly}
      >
        <Switch
          id="causeway-topology-kubernetes"
          value={value?.kubernetes ?? true}
          onChange={(event) => onChange({ kubernetes: event.currentTarget.checked })}
        />
      </Field>
      <Field
        label="Label that names the team"
        description="A label of pods, deployments or namespaces"
        invalid={labelError !== undefined}
        error={labelError}
        disabled={readOnly}
      >
        <Input
          id="causeway-topology-team"
          width={WIDTH}
          placeholder="team"
          value={value?.teamLabel ?? ''}
          onChange={(event) => onChange({ teamLabel: event.currentTarget.value })}
        />
      </Field>
      {number('lookbackMinutes', 'Look back, in minutes', '15 to 10080. Older sightings are forgotten', '360')}
      {number('staleMinutes', 'Stale after, in minutes', '5 to 10080. Shown, but explains no incident', '60')}
      <Field
        label="Topology file"
        description="YAML: services, depends_on, propagation_rules. See docs/topology.md"
        invalid={fileError !== undefined}
        error={fileError}
        disabled={readOnly}
      >
        <TextArea
          id="causeway-topology-file"
          cols={WIDTH}
          rows={8}
          value={value?.file ?? ''}
          onChange={(event) => onChange({ file: event.currentTarget.value })}
        />
      </Field>
    </FieldSet>
  );
}

/** Where changes are heard of, beside Loki. */
export function ChangeFields({ value, errors, readOnly, onChange }: GroupProps<ChangeSettings>) {
  const tagError = Object.entries(errors).find(([path]) => path.startsWith('changes.annotationTags'))?.[1];
  return (
    <FieldSet label="Changes">
      <Field label="Rollouts and scalings of Kubernetes" description="From kube-state-metrics" disabled={readOnly}>
        <Switch
          id="causeway-changes-kubernetes"
          value={value?.kubernetes ?? true}
          onChange={(event) => onChange({ kubernetes: event.currentTarget.checked })}
        />
      </Field>
      <Field label="Webhook" description="POST to the resource changes, as an editor" disabled={readOnly}>
        <Switch
          id="causeway-changes-webhook"
          value={value?.webhook ?? true}
          onChange={(event) => onChange({ webhook: event.currentTarget.checked })}
        />
      </Field>
      <Field
        label="Tags of annotations that are changes"
        description="Separated by commas; the usual ones when empty. Needs the address of Grafana"
        invalid={tagError !== undefined}
        error={tagError}
        disabled={readOnly}
      >
        <Input
          id="causeway-changes-tags"
          width={WIDTH}
          placeholder="deploy, deployment, release, rollback, config, migration, scale, flag, feature-flag"
          defaultValue={value?.annotationTags?.join(', ') ?? ''}
          onBlur={(event) => onChange(toTags(event.currentTarget.value))}
        />
      </Field>
    </FieldSet>
  );
}

/** Tags of a text; undefined when it is empty, so that the default applies. */
function toTags(text: string): Partial<ChangeSettings> {
  const tags = text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return { annotationTags: tags.length === 0 ? undefined : tags } as Partial<ChangeSettings>;
}
