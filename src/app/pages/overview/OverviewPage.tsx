import React, { useCallback } from 'react';
import { ProblemList, ScoreTable, TEST_IDS } from '#ui';
import { toRcaUrl } from '#model';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import { NoDatasource } from '../../NoDatasource.tsx';
import { PageFrame, Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { usePolling } from '../../use-polling.ts';
import { IncidentsSection } from './IncidentsSection.tsx';
import { toProblems } from './source-problems.ts';
import { WatchLine } from './WatchLine.tsx';

const POLL_MS = 10_000;

/** First page: open incidents, key figures, and the services by anomaly score. */
export function OverviewPage({ range }: WindowedProps) {
  const { backend } = useClients();
  return (
    <PageFrame testId={TEST_IDS.page.overview}>
      <IncidentsSection />
      <Section title="Services by anomaly score">
        {backend ? <Services backend={backend} range={range} /> : <NoDatasource />}
      </Section>
    </PageFrame>
  );
}

function Services({ backend, range }: { readonly backend: BackendClient } & WindowedProps) {
  const load = useCallback((signal: AbortSignal) => backend.overview(signal), [backend]);
  const polled = usePolling(load, POLL_MS);
  const { from, to } = range.raw;
  const times = {
    ...(typeof from === 'string' ? { from } : { from: String(from.valueOf()) }),
    ...(typeof to === 'string' ? { to } : { to: String(to.valueOf()) }),
  };
  return (
    <>
      <WatchLine backend={backend} />
      <Reading polled={polled} label="Reading the state of the services">
        {(answer) => (
          <>
            <ProblemList problems={toProblems(answer.problems)} />
            {(answer.services.length > 0 || answer.problems.length === 0) && (
              <ScoreTable services={answer.services} linkFor={(service) => toRcaUrl({ service, ...times })} />
            )}
          </>
        )}
      </Reading>
    </>
  );
}
