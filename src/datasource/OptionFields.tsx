import React from 'react';
import { Alert, Field, FieldSet, Input, SecretInput, SecretTextArea, Switch } from '@grafana/ui';
import type { DatasourceSettings } from '#contracts';
import { readNumber, type SettingsErrors } from './settings-draft.ts';
import type { SecretPort } from './UpstreamFields.tsx';

interface GroupProps<T> {
  readonly value: Partial<T> | undefined;
  readonly errors: SettingsErrors;
  readonly readOnly: boolean;
  readonly onChange: (change: Partial<T>) => void;
}

/** The private key that the backend signs its calls to the executor with. */
export function ExecutorKeyField({ secrets, readOnly }: { readonly secrets: SecretPort; readonly readOnly: boolean }) {
  return (
    <Field
      label="Signing key"
      description="Ed25519 private key, PKCS #8 PEM. The executor holds the public key"
      disabled={readOnly}
    >
      <SecretTextArea
        id="causeway-executor-key"
        cols={60}
        rows={3}
        isConfigured={secrets.isStored('executorSigningKey')}
        value={secrets.value('executorSigningKey')}
        onChange={(event) => secrets.set('executorSigningKey', event.currentTarget.value)}
        onReset={() => secrets.reset('executorSigningKey')}
      />
    </Field>
  );
}

/** The always-on watch: whether, how often, and how much history it starts from. */
export function WatchFields({ value, errors, readOnly, onChange }: GroupProps<DatasourceSettings['watch']>) {
  const interval = errors['watch.detectSeconds'];
  const history = errors['watch.historyMinutes'];
  return (
    <FieldSet label="Watch">
      <Field
        label="Watch the services all the time"
        description="Opens incidents; needs the executor"
        disabled={readOnly}
      >
        <Switch
          id="causeway-watch-enabled"
          value={value?.enabled ?? true}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
        />
      </Field>
      <Field
        label="Interval in seconds"
        description="5 to 600"
        invalid={interval !== undefined}
        error={interval}
        disabled={readOnly}
      >
        <Input
          id="causeway-watch-interval"
          width={20}
          type="number"
          placeholder="60"
          value={value?.detectSeconds ?? ''}
          onChange={(event) => onChange({ detectSeconds: readNumber(event.currentTarget.value) as number })}
        />
      </Field>
      <Field
        label="History in minutes"
        description="What a detector learns from at the start, 30 to 10080"
        invalid={history !== undefined}
        error={history}
        disabled={readOnly}
      >
        <Input
          id="causeway-watch-history"
          width={20}
          type="number"
          placeholder="180"
          value={value?.historyMinutes ?? ''}
          onChange={(event) => onChange({ historyMinutes: readNumber(event.currentTarget.value) as number })}
        />
      </Field>
    </FieldSet>
  );
}

/** The optional language model, off until somebody switches it on. */
export function LlmFields({
  value,
  errors,
  readOnly,
  secrets,
  onChange,
}: GroupProps<DatasourceSettings['llm']> & { readonly secrets: SecretPort }) {
  const enabled = value?.enabled ?? false;
  return (
    <FieldSet label="Language model">
      <Field
        label="Let a language model word the summary"
        description="Off by default. Reports are complete without it"
        disabled={readOnly}
      >
        <Switch
          id="causeway-llm-enabled"
          value={enabled}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
        />
      </Field>
      {enabled && (
        <>
          <Alert severity="info" title="The report and its evidence are sent to the model’s provider" />
          <Field
            label="Base URL"
            description="Empty for the provider’s own"
            invalid={errors['llm.baseUrl'] !== undefined}
            error={errors['llm.baseUrl']}
            disabled={readOnly}
          >
            <Input
              id="causeway-llm-url"
              width={60}
              value={value?.baseUrl ?? ''}
              onChange={(event) => onChange({ baseUrl: event.currentTarget.value })}
            />
          </Field>
          <Field label="Model" disabled={readOnly}>
            <Input
              id="causeway-llm-model"
              width={60}
              placeholder="claude-sonnet-5-5"
              value={value?.model ?? ''}
              onChange={(event) => onChange({ model: event.currentTarget.value })}
            />
          </Field>
          <Field label="API key" disabled={readOnly}>
            <SecretInput
              id="causeway-llm-key"
              width={60}
              isConfigured={secrets.isStored('llmApiKey')}
              value={secrets.value('llmApiKey')}
              onChange={(event) => secrets.set('llmApiKey', event.currentTarget.value)}
              onReset={() => secrets.reset('llmApiKey')}
            />
          </Field>
        </>
      )}
    </FieldSet>
  );
}
