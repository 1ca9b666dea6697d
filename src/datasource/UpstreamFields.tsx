import React from 'react';
import { Combobox, Field, FieldSet, Input, SecretInput, SecretTextArea } from '@grafana/ui';
import type { DatasourceSecretKey, Upstream } from '#contracts';
import { readNumber, type SettingsErrors, type UpstreamKey } from './settings-draft.ts';

/** Whether a secret is stored, and how it is set or reset. */
export interface SecretPort {
  readonly isStored: (key: DatasourceSecretKey) => boolean;
  readonly value: (key: DatasourceSecretKey) => string;
  readonly set: (key: DatasourceSecretKey, value: string) => void;
  readonly reset: (key: DatasourceSecretKey) => void;
}

/** Inputs of one upstream. `secret` is absent for the executor, which is called with a signing key instead. */
export interface UpstreamFieldsProps {
  readonly name: UpstreamKey;
  readonly title: string;
  readonly description: string;
  readonly placeholder: string;
  readonly required?: boolean;
  readonly upstream: Upstream | undefined;
  readonly errors: SettingsErrors;
  readonly readOnly: boolean;
  readonly secrets: SecretPort;
  readonly secret?: DatasourceSecretKey;
  readonly ca: DatasourceSecretKey;
  readonly onChange: (change: Partial<Upstream>) => void;
}

const WIDTH = 60;
const AUTH = [
  { value: 'none', label: 'None' },
  { value: 'basic', label: 'User and password' },
  { value: 'bearer', label: 'Bearer token' },
  { value: 'header', label: 'Custom header' },
] as const;
const SECRET_LABELS: Readonly<Record<Upstream['auth'], string>> = {
  none: '',
  basic: 'Password',
  bearer: 'Token',
  header: 'Header value',
};

/** URL, authentication, certificate and time-out of one upstream. The rest appears once a URL is there. */
export function UpstreamFields(props: UpstreamFieldsProps) {
  const { name, upstream, errors, readOnly } = props;
  const error = errors[`${name}.url`];
  return (
    <FieldSet label={props.title}>
      <Field
        label="URL"
        description={props.description}
        required={props.required ?? false}
        invalid={error !== undefined}
        error={error}
        disabled={readOnly}
      >
        <Input
          id={`causeway-${name}-url`}
          width={WIDTH}
          value={upstream?.url ?? ''}
          placeholder={props.placeholder}
          onChange={(event) => props.onChange({ url: event.currentTarget.value })}
        />
      </Field>
      {upstream && <Details {...props} upstream={upstream} />}
    </FieldSet>
  );
}

function Details(props: UpstreamFieldsProps & { readonly upstream: Upstream }) {
  const { name, upstream, errors, readOnly, secrets } = props;
  const timeoutError = errors[`${name}.timeoutSeconds`];
  return (
    <>
      {props.secret !== undefined && <Authentication {...props} secret={props.secret} />}
      <Field
        label="CA certificate"
        description="PEM; only for a certificate that the system does not know"
        disabled={readOnly}
      >
        <SecretTextArea
          id={`causeway-${name}-ca`}
          cols={WIDTH}
          rows={3}
          isConfigured={secrets.isStored(props.ca)}
          value={secrets.value(props.ca)}
          onChange={(event) => secrets.set(props.ca, event.currentTarget.value)}
          onReset={() => secrets.reset(props.ca)}
        />
      </Field>
      <Field
        label="Time-out in seconds"
        description="1 to 120"
        invalid={timeoutError !== undefined}
        error={timeoutError}
        disabled={readOnly}
      >
        <Input
          id={`causeway-${name}-timeout`}
          width={20}
          type="number"
          value={upstream.timeoutSeconds ?? ''}
          placeholder="20"
          onChange={(event) => props.onChange({ timeoutSeconds: readNumber(event.currentTarget.value) as number })}
        />
      </Field>
    </>
  );
}

function Authentication(
  props: UpstreamFieldsProps & { readonly upstream: Upstream; readonly secret: DatasourceSecretKey }
) {
  const { name, upstream, errors, readOnly, secrets, secret } = props;
  const auth = upstream.auth ?? 'none';
  const headerError = errors[`${name}.headerName`];
  return (
    <>
      <Field label="Authentication" disabled={readOnly}>
        <Combobox
          id={`causeway-${name}-auth`}
          width={WIDTH}
          value={auth}
          options={[...AUTH]}
          onChange={({ value }) => props.onChange({ auth: value })}
        />
      </Field>
      {auth === 'basic' && (
        <Field label="User" disabled={readOnly}>
          <Input
            id={`causeway-${name}-user`}
            width={WIDTH}
            value={upstream.user ?? ''}
            onChange={(event) => props.onChange({ user: event.currentTarget.value })}
          />
        </Field>
      )}
      {auth === 'header' && (
        <Field label="Header name" invalid={headerError !== undefined} error={headerError} disabled={readOnly}>
          <Input
            id={`causeway-${name}-header`}
            width={WIDTH}
            value={upstream.headerName ?? ''}
            placeholder="X-Scope-OrgID"
            onChange={(event) => props.onChange({ headerName: event.currentTarget.value })}
          />
        </Field>
      )}
      {auth !== 'none' && (
        <Field label={SECRET_LABELS[auth]} disabled={readOnly}>
          <SecretInput
            id={`causeway-${name}-secret`}
            width={WIDTH}
            isConfigured={secrets.isStored(secret)}
            value={secrets.value(secret)}
            onChange={(event) => secrets.set(secret, event.currentTarget.value)}
            onReset={() => secrets.reset(secret)}
          />
        </Field>
      )}
    </>
  );
}
