import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { IncidentRecord, ProposalsAnswer, RunbooksAnswer } from '#contracts';
import { toRcaUrl } from '#model';
import { EmptyState, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { toIncidentUrl, toRunbooksUrl } from '../../routes.ts';
import { usePolling } from '../../use-polling.ts';
import { RunbookForm } from './RunbookForm.tsx';
import { SuggestionCard } from './SuggestionCard.tsx';

const POLL_MS = 30_000;

/** The runbooks that fit an incident, or the form of the one that was chosen; and the ways without a runbook. */
export function IncidentProposals(props: { readonly incident: IncidentRecord; readonly runbook: string | undefined }) {
  const { incident, runbook } = props;
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [proposals, catalogue] = await Promise.all([
        executor.proposals(incident.id, signal),
        executor.runbooks(signal),
      ]);
      return { proposals, catalogue };
    },
    [executor, incident.id]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Looking for runbooks that fit">
      {({ proposals, catalogue }) => (
        <>
          {runbook === undefined ? (
            <Suggestions incident={incident} proposals={proposals} />
          ) : (
            <ChosenRunbook incident={incident} name={runbook} proposals={proposals} catalogue={catalogue} />
          )}
          <OtherWays incident={incident} />
        </>
      )}
    </Reading>
  );
}

function Suggestions(props: { readonly incident: IncidentRecord; readonly proposals: ProposalsAnswer }) {
  const { incident, proposals } = props;
  const { items, misses } = proposals;
  return (
    <Section title="Runbooks that fit" testId={TEST_IDS.runbooks.proposals}>
      {items.length === 0 && (
        <EmptyState title="No runbook fits this incident">
          Act by hand, or choose a runbook yourself if you know better.
        </EmptyState>
      )}
      {items.map((item, index) => (
        <SuggestionCard key={item.runbook.name} suggestion={item} rank={index + 1} incidentId={incident.id} />
      ))}
      {misses.length > 0 && (
        <details>
          <summary>Nearly fitting, and why not ({misses.length})</summary>
          <ul>
            {misses.map(({ name, reason }) => (
              <li key={name}>
                <strong>{name}</strong>: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

function ChosenRunbook(props: {
  readonly incident: IncidentRecord;
  readonly name: string;
  readonly proposals: ProposalsAnswer;
  readonly catalogue: RunbooksAnswer;
}) {
  const { incident, name, proposals, catalogue } = props;
  const { canPropose } = useClients();
  const entry = catalogue.items.find((item) => item.name === name);
  if (!entry) {
    return (
      <EmptyState
        title={`There is no runbook ${name}`}
        link={{ href: toRunbooksUrl('catalogue'), text: 'Show all runbooks' }}
      />
    );
  }
  if (entry.missingActions.length > 0) {
    return (
      <EmptyState
        title={`${entry.title} cannot run here`}
        link={{ href: toRunbooksUrl('catalogue'), text: 'Show all runbooks' }}
      >
        Not enabled on this executor: {entry.missingActions.join(', ')}.
      </EmptyState>
    );
  }
  return (
    <Section title={entry.title}>
      {canPropose ? (
        <RunbookForm
          key={`${entry.name}@${entry.version}`}
          entry={entry}
          incident={incident}
          suggestion={proposals.items.find(({ runbook }) => runbook.name === name)}
        />
      ) : (
        <EmptyState title="You may not ask for actions">
          Ask an administrator for the role “Causeway proposer”.
        </EmptyState>
      )}
    </Section>
  );
}

function OtherWays({ incident }: { readonly incident: IncidentRecord }) {
  const styles = useStyles2(getStyles);
  const again = toRcaUrl({
    service: incident.service,
    from: String(incident.report.window.fromMs),
    to: String(incident.report.window.toMs),
  });
  return (
    <Section title="Or">
      <div className={styles.ways}>
        <LinkButton variant="secondary" icon="book" href={toRunbooksUrl('catalogue', { incident: incident.id })}>
          Choose a runbook yourself
        </LinkButton>
        <LinkButton variant="secondary" icon="user" href={toRunbooksUrl('manual')}>
          One action by hand
        </LinkButton>
        <LinkButton variant="secondary" icon="sync" href={again}>
          Analyse again
        </LinkButton>
        <LinkButton variant="secondary" fill="text" href={toIncidentUrl(incident.id)}>
          Report of the incident
        </LinkButton>
      </div>
    </Section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ways: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
