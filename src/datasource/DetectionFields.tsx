import React from 'react';
import { Combobox, type ComboboxOption, Field, FieldSet, Switch } from '@grafana/ui';
import type { DetectionSettings } from '#contracts';
import { describeTrust, PROFILE_TEXTS } from './detection-texts.ts';
import { NumberField } from './NumberField.tsx';
import type { GroupProps } from './OptionFields.tsx';
import { UserSignalFields } from './UserSignalFields.tsx';

const PROFILES = Object.entries(PROFILE_TEXTS).map(([value, [label, description]]) => ({
  value: value as DetectionSettings['profile'],
  label,
  description,
}));

/** Zones whose name contains what was typed; asked for when the list opens, since there are hundreds. */
async function findZones(typed: string): Promise<ComboboxOption[]> {
  const wanted = typed.toLowerCase();
  const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
  return Promise.resolve(
    [...zones].filter((zone) => zone.toLowerCase().includes(wanted)).map((value) => ({ value, label: value }))
  );
}

/** How anomalies are detected: how far history is trusted, which series get all detectors, and signals of the user's own. */
export function DetectionFields(props: GroupProps<DetectionSettings>) {
  const { value, errors, readOnly, onChange } = props;
  const zoneError = errors['detection.timeZone'];
  return (
    <FieldSet label="Detection">
      <TrustFields {...props} />
      <Field
        label="Critical needs a second opinion"
        description="A critical isolation forest alone is only a warning. Off by default"
        disabled={readOnly}
      >
        <Switch
          id="causeway-detection-corroboration"
          value={value?.requireCorroboration ?? false}
          onChange={(event) => onChange({ requireCorroboration: event.currentTarget.checked })}
        />
      </Field>
      <EwmaFields {...props} />
      <NumberField
        id="causeway-detection-full-tier"
        label="Series with all detectors"
        description="0 to 5000. The series that matter most get all five detectors, the others the light set. More costs time and memory"
        path="detection.fullTierSeries"
        placeholder="500"
        step={1}
        value={value?.fullTierSeries}
        errors={errors}
        readOnly={readOnly}
        onChange={(number) => onChange({ fullTierSeries: number } as Partial<DetectionSettings>)}
      />
      <Field
        label="Time zone"
        description="Where the days of your users begin and end: daily and weekly patterns follow it"
        invalid={zoneError !== undefined}
        error={zoneError}
        disabled={readOnly}
      >
        <Combobox
          id="causeway-detection-zone"
          width={40}
          createCustomValue
          placeholder="UTC"
          value={value?.timeZone ?? 'UTC'}
          options={findZones}
          onChange={(option) => onChange({ timeZone: option.value })}
        />
      </Field>
      <Field
        label="LSTM"
        description="Runs a trained LSTM beside the other detectors where it proved better on your own history. Off by default"
        disabled={readOnly}
      >
        <Switch
          id="causeway-detection-lstm"
          value={value?.lstm ?? false}
          onChange={(event) => onChange({ lstm: event.currentTarget.checked })}
        />
      </Field>
      <UserSignalFields
        signals={value?.signals ?? []}
        errors={errors}
        readOnly={readOnly}
        onChange={(signals) => onChange({ signals: [...signals] })}
      />
    </FieldSet>
  );
}

function TrustFields({ value, errors, readOnly, onChange }: GroupProps<DetectionSettings>) {
  return (
    <>
      <Field
        label="How far is the history to be trusted?"
        description="The share of its strangest points that is left out when models are fitted. Never an alarm threshold"
        disabled={readOnly || value?.contamination !== undefined}
      >
        <Combobox
          id="causeway-detection-profile"
          width={40}
          value={value?.profile ?? 'services'}
          options={PROFILES}
          onChange={(option) => onChange({ profile: option.value })}
        />
      </Field>
      <NumberField
        id="causeway-detection-contamination"
        label="Contamination, as documented for isolation forests"
        description={describeTrust(value?.profile, value?.contamination)}
        path="detection.contamination"
        placeholder="use the choice above"
        value={value?.contamination}
        errors={errors}
        readOnly={readOnly}
        onChange={(number) => onChange({ contamination: number } as Partial<DetectionSettings>)}
      />
    </>
  );
}

function EwmaFields({ value, errors, readOnly, onChange }: GroupProps<DetectionSettings>) {
  const set = (change: { readonly lambda?: number | undefined; readonly sigma?: number | undefined }) => {
    const next = Object.entries({ ...value?.ewma, ...change }).filter(([, item]) => item !== undefined);
    onChange({ ewma: Object.fromEntries(next) } as Partial<DetectionSettings>);
  };
  return (
    <>
      <NumberField
        id="causeway-detection-lambda"
        label="EWMA lambda"
        description="0.01 to 1. How fast the running average follows: higher forgets sooner"
        path="detection.ewma.lambda"
        placeholder="0.2"
        value={value?.ewma?.lambda}
        errors={errors}
        readOnly={readOnly}
        onChange={(lambda) => set({ lambda })}
      />
      <NumberField
        id="causeway-detection-sigma"
        label="EWMA sigma"
        description="1 to 10. How many standard deviations away a signal is flagged, on two of its last three points"
        path="detection.ewma.sigma"
        placeholder="3"
        value={value?.ewma?.sigma}
        errors={errors}
        readOnly={readOnly}
        onChange={(sigma) => set({ sigma })}
      />
    </>
  );
}
