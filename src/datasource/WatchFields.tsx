import React from 'react';
import { Field, FieldSet, Switch } from '@grafana/ui';
import type { DatasourceSettings } from '#contracts';
import { NumberField } from './NumberField.tsx';
import type { GroupProps } from './OptionFields.tsx';

type Watch = DatasourceSettings['watch'];

const NUMBERS = [
  {
    key: 'collectSeconds',
    label: 'Read signals every, in seconds',
    description: '5 to 600. The step of every series',
    placeholder: '60',
  },
  {
    key: 'detectSeconds',
    label: 'Judge services every, in seconds',
    description: '5 to 3600, a multiple of the interval above. The step of the service models',
    placeholder: '300',
  },
  {
    key: 'historyMinutes',
    label: 'History in minutes',
    description:
      '30 to 43200. What detectors and models start from: two weeks (20160) are good, less than two days is little',
    placeholder: '20160',
  },
  {
    key: 'fitHour',
    label: 'Fit models at, hour of the day',
    description: '0 to 23, in the time zone of detection. Choose a quiet hour',
    placeholder: '3',
  },
] as const;

/** The always-on watch: whether, how often, and how much history it starts from. */
export function WatchFields({ value, errors, readOnly, onChange }: GroupProps<Watch>) {
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
      {NUMBERS.map(({ key, ...texts }) => (
        <NumberField
          key={key}
          id={`causeway-watch-${key}`}
          path={`watch.${key}`}
          {...texts}
          value={value?.[key]}
          errors={errors}
          readOnly={readOnly}
          onChange={(number) => onChange({ [key]: number } as Partial<Watch>)}
        />
      ))}
    </FieldSet>
  );
}
