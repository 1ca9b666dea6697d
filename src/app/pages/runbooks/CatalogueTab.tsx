import React, { useCallback } from 'react';
import { useLocation } from 'react-router-dom';
import type { RunbooksAnswer } from '#contracts';
import { EmptyState, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import { FileProblems } from './FileProblems.tsx';
import { RunbookCard } from './RunbookCard.tsx';

const POLL_MS = 30_000;

/** All runbooks of the executor: those that can run here, those that cannot, and files that are broken. */
export function CatalogueTab() {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.runbooks(signal), [executor]);
  const polled = usePolling(load, POLL_MS);
  const incident = new URLSearchParams(useLocation().search).get('incident') ?? undefined;
  return (
    <Reading polled={polled} label="Reading the runbooks">
      {(answer) => <Catalogue answer={answer} incident={incident} />}
    </Reading>
  );
}

function Catalogue({ answer, incident }: { readonly answer: RunbooksAnswer; readonly incident: string | undefined }) {
  const { items, problems } = answer;
  const usable = items.filter(({ missingActions }) => missingActions.length === 0);
  const others = items.filter(({ missingActions }) => missingActions.length > 0);
  return (
    <div data-testid={TEST_IDS.runbooks.catalogue}>
      <FileProblems problems={problems} />
      {items.length === 0 && (
        <EmptyState title="The executor has no runbooks">
          Put YAML files into its folder of runbooks (CAUSEWAY_RUNBOOKS). It reads them again by itself.
        </EmptyState>
      )}
      {usable.length > 0 && (
        <Section title={`Can run here (${usable.length})`}>
          {usable.map((entry) => (
            <RunbookCard key={entry.name} entry={entry} incident={incident} />
          ))}
        </Section>
      )}
      {others.length > 0 && (
        <Section title={`Cannot run here (${others.length})`}>
          {others.map((entry) => (
            <RunbookCard key={entry.name} entry={entry} incident={incident} />
          ))}
        </Section>
      )}
    </div>
  );
}
