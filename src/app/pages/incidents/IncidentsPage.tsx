import React, { useCallback } from 'react';
import type { IncidentRecord, Page } from '#contracts';
import { EmptyState, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { LoadMore } from '../../LoadMore.tsx';
import { PageFrame } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { useNow } from '../../use-polling.ts';
import { usePages } from '../../use-pages.ts';
import { IncidentFilters } from './IncidentFilters.tsx';
import { IncidentTable } from './IncidentTable.tsx';
import { type IncidentsAddress, toIncidentFilter } from './incidents-address.ts';
import { chooseEmptyText, describeCount, INCIDENT_TEXTS } from './incidents-text.ts';
import { useIncidentsAddress } from './use-incidents-address.ts';

const POLL_MS = 5_000;

/** All incidents: what is wrong, since when, what is the probable cause, who takes care of it. */
export function IncidentsPage() {
  const { shown, asked, change } = useIncidentsAddress();
  return (
    <PageFrame testId={TEST_IDS.page.incidents}>
      <IncidentFilters value={shown} onChange={change} />
      <Incidents asked={asked} />
    </PageFrame>
  );
}

function Incidents({ asked }: { readonly asked: IncidentsAddress }) {
  const { executor, login } = useClients();
  const load = useCallback(
    (cursor: string | undefined, signal?: AbortSignal): Promise<Page<IncidentRecord>> =>
      executor.incidentsPage(toIncidentFilter(asked, login), cursor, signal),
    [executor, asked, login]
  );
  // The key drops the older pages of the filters before.
  return <List key={JSON.stringify(asked)} load={load} asked={asked} />;
}

function List(props: {
  readonly load: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<IncidentRecord>>;
  readonly asked: IncidentsAddress;
}) {
  const pages = usePages(props.load, POLL_MS);
  const now = useNow();
  return (
    <Reading polled={pages.polled} label={INCIDENT_TEXTS.reading}>
      {(incidents) => (
        <>
          <output aria-live="polite" data-testid={TEST_IDS.incidents.count}>
            {describeCount(incidents.length, pages.hasMore)}
          </output>
          {incidents.length === 0 ? (
            <Empty asked={props.asked} />
          ) : (
            <IncidentTable incidents={incidents} nowMs={now} onChanged={pages.polled.refresh} />
          )}
          <LoadMore pages={pages} />
        </>
      )}
    </Reading>
  );
}

function Empty({ asked }: { readonly asked: IncidentsAddress }) {
  const { title, text } = chooseEmptyText(asked);
  return <EmptyState title={title}>{text}</EmptyState>;
}
