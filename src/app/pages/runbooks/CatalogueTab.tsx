import React, { useCallback, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Input, useStyles2 } from '@grafana/ui';
import type { RunbookEntry, RunbooksAnswer } from '#contracts';
import { EmptyState, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import { FileProblems } from './FileProblems.tsx';
import { RunbookCard } from './RunbookCard.tsx';

const POLL_MS = 30_000;
/** So many are seen at a glance. */
const FEW = 5;

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
  const { problems } = answer;
  const styles = useStyles2(getStyles);
  const [wanted, setWanted] = useState('');
  const items = answer.items.filter((entry) => isFound(entry, wanted));
  const usable = items.filter(({ missingActions }) => missingActions.length === 0);
  const others = items.filter(({ missingActions }) => missingActions.length > 0);
  return (
    <div className={styles.catalogue} data-testid={TEST_IDS.runbooks.catalogue}>
      <FileProblems problems={problems} />
      {answer.items.length > FEW && (
        <Input
          aria-label="Search runbooks"
          placeholder="Search by title, name, action or trigger"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {items.length === 0 && answer.items.length > 0 && <EmptyState title="No runbook matches" />}
      {answer.items.length === 0 && (
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

function isFound({ name, title, steps, triggers }: RunbookEntry, wanted: string): boolean {
  const text = [name, title, ...steps.map(({ action }) => action), ...triggers].join(' ').toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}

const getStyles = (theme: GrafanaTheme2) => ({
  catalogue: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: theme.spacing(2),
  }),
});
