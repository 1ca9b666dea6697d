import React from 'react';
import { Field, Input } from '@grafana/ui';
import { readNumber, type SettingsErrors } from './settings-draft.ts';

/** A number with its range, its default as placeholder, and what to enter when it is wrong. */
export function NumberField(props: {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly path: string;
  readonly placeholder: string;
  readonly value: number | undefined;
  readonly errors: SettingsErrors;
  readonly readOnly: boolean;
  readonly step?: number;
  readonly onChange: (value: number | undefined) => void;
}) {
  const error = props.errors[props.path];
  return (
    <Field
      label={props.label}
      description={props.description}
      invalid={error !== undefined}
      error={error}
      disabled={props.readOnly}
    >
      <Input
        id={props.id}
        width={20}
        type="number"
        step={props.step ?? 'any'}
        placeholder={props.placeholder}
        value={props.value ?? ''}
        onChange={(event) => props.onChange(readNumber(event.currentTarget.value))}
      />
    </Field>
  );
}
