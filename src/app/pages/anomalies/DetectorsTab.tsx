import React, { useCallback, useState } from 'react';
import { Combobox, Field, Stack } from '@grafana/ui';
import type { FeaturesAnswer } from '#contracts';
import { EmptyState, ProblemList } from '#ui';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import { toProblems } from '../overview/source-problems.ts';
import type { AnomalyTabProps } from './tab-props.ts';
import { DetectorTables } from './DetectorTables.tsx';
import { countFound, FeatureTable } from './FeatureTable.tsx';
import { RetrainBox } from './RetrainBox.tsx';
import { WatchState } from './WatchState.tsx';

const POLL_MS = 60_000;

/** What judges a service, from which value on it warns, and which data were found for it. */
export function DetectorsTab({ backend, service }: AnomalyTabProps) {
  const load = useCallback((signal: AbortSignal) => backend.features(signal), [backend]);
  const polled = usePolling(load, POLL_MS);
  return (
    <>
      <WatchState backend={backend} />
      <Reading polled={polled} label="Looking for metrics">
        {(answer) => (
          <>
            <ProblemList problems={toProblems(answer.problems)} />
            <ByService answer={answer} first={service} backend={backend} />
          </>
        )}
      </Reading>
    </>
  );
}

function ByService(props: {
  readonly answer: FeaturesAnswer;
  readonly first: string | undefined;
  readonly backend: AnomalyTabProps['backend'];
}) {
  const { features } = props.answer;
  const names = [...new Set(features.map(({ service }) => service))].toSorted();
  const [chosen, setChosen] = useState(props.first);
  const service = chosen !== undefined && names.includes(chosen) ? chosen : names[0];
  if (service === undefined) {
    // Where Prometheus cannot be read, nothing is known about what is in it.
    return props.answer.problems.length > 0 ? null : (
      <EmptyState title="No service was found">
        Discovery looks for span metrics, container metrics and host metrics in Prometheus, and found none.
      </EmptyState>
    );
  }
  return (
    <>
      <Field label="Service" htmlFor="causeway-detector-service">
        <Combobox
          id="causeway-detector-service"
          width={40}
          value={service}
          options={names.map((value) => ({ value, label: value, description: countFound(features, value) }))}
          onChange={({ value }) => setChosen(value)}
        />
      </Field>
      <Stack direction="column" gap={3}>
        <Section title="From which value on it warns">
          <Detectors key={service} backend={props.backend} service={service} />
        </Section>
        <Section title="Which data were found">
          <FeatureTable key={service} features={features.filter((item) => item.service === service)} />
        </Section>
      </Stack>
    </>
  );
}

function Detectors({ backend, service }: { readonly backend: AnomalyTabProps['backend']; readonly service: string }) {
  const load = useCallback((signal: AbortSignal) => backend.detectors(service, signal), [backend, service]);
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading what judges the service">
      {(answer) => (
        <>
          <RetrainBox backend={backend} service={service} model={answer.model} onLook={polled.refresh} />
          <DetectorTables answer={answer} />
        </>
      )}
    </Reading>
  );
}
