import React from 'react';
import { Combobox, Field, Input } from '@grafana/ui';
import type { RunbookParameter } from '#contracts';
import { describeRunbookParameter } from './runbook-draft.ts';

const BOOLEAN_OPTIONS = [
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
];

/** One parameter of a runbook: a choice where the values are known, else a line of text. */
export function RunbookField(props: {
  readonly parameter: RunbookParameter;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { parameter, value, error, onChange } = props;
  const id = `causeway-runbook-${parameter.name}`;
  const options =
    parameter.type === 'boolean' ? BOOLEAN_OPTIONS : parameter.values.map((one) => ({ value: one, label: one }));
  return (
    <Field
      label={parameter.name}
      description={describeRunbookParameter(parameter)}
      required={parameter.required && parameter.fromLabel === null && parameter.default === null}
      invalid={error !== undefined}
      error={error}
      noMargin
    >
      {options.length > 0 ? (
        <Combobox
          id={id}
          isClearable
          placeholder="As the incident or the runbook says"
          value={value === '' ? null : value}
          options={options}
          onChange={(option) => onChange(option?.value ?? '')}
        />
      ) : (
        <Input
          id={id}
          inputMode={parameter.type === 'integer' ? 'numeric' : parameter.type === 'number' ? 'decimal' : 'text'}
          maxLength={500}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
