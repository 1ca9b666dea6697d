import React, { useCallback } from 'react';
import { locationService } from '@grafana/runtime';
import { Combobox, Field } from '@grafana/ui';
import { toRcaUrl } from '#model';
import { describeReading, EmptyState, sortByUrgency, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { Reading } from '../../Reading.tsx';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { usePolling } from '../../use-polling.ts';
import { CHOOSER_TEXTS as T } from './rca-texts.ts';

const POLL_MS = 30_000;

/** Asks which service to analyse; the strangest ones come first. */
export function ServiceChooser({ backend, range }: { readonly backend: BackendClient } & WindowedProps) {
  const load = useCallback((signal: AbortSignal) => backend.overview(signal), [backend]);
  const polled = usePolling(load, POLL_MS);
  const choose = (service: string) => {
    const { from, to } = range.raw;
    locationService.push(toRcaUrl({ service, from: String(from.valueOf()), to: String(to.valueOf()) }));
  };
  return (
    <div data-testid={TEST_IDS.rca.form}>
      <EmptyState title={T.title}>{T.hint}</EmptyState>
      <Reading polled={polled} label={T.reading}>
        {({ services }) => (
          <Field label={T.service} noMargin>
            <Combobox
              id="causeway-rca-service"
              aria-label={T.service}
              width={50}
              placeholder={T.placeholder}
              value={null}
              options={sortByUrgency(services).map(({ service, reading }) => ({
                value: service,
                label: service,
                description: describeReading(reading),
              }))}
              onChange={({ value }) => choose(value)}
            />
          </Field>
        )}
      </Reading>
    </div>
  );
}
