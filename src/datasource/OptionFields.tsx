import React from 'react';
import { Alert, Field, FieldSet, Input, SecretInput, SecretTextArea, Switch } from '@grafana/ui';
import type { DatasourceSettings } from '#contracts';
import type { SettingsErrors } from './settings-draft.ts';
import type { SecretPort } from './UpstreamFields.tsx';

/** What the fields of a group get. */
export interface GroupProps<T> {
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
