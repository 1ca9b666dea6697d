import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { RunbookEntry } from '#contracts';
import { TEST_IDS, ToneBadge } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toRunbooksUrl } from '../../routes.ts';
import { APPROVAL_TEXTS, describeAutonomy, describeRuns, RISK_TONES } from './runbook-text.ts';

/** One runbook of the catalogue, folded to what tells it from the others. */
export function RunbookCard(props: { readonly entry: RunbookEntry; readonly incident: string | undefined }) {
  const { entry, incident } = props;
  const { canPropose } = useClients();
  const styles = useStyles2(getStyles);
  const usable = entry.missingActions.length === 0;
  return (
    <article
      className={styles.card}
      data-testid={TEST_IDS.runbooks.runbook}
      data-runbook={entry.name}
      data-usable={usable}
    >
      <header className={styles.head}>
        <h3 className={styles.title}>{entry.title}</h3>
        <ToneBadge tone={RISK_TONES[entry.risk]} icon="exclamation-circle">
          Risk {entry.risk}
        </ToneBadge>
        {entry.steps.some(({ destructive }) => destructive) && (
          <ToneBadge tone="error" icon="exclamation-triangle">
            Destructive
          </ToneBadge>
        )}
        {usable && canPropose && (
          <LinkButton
            variant="secondary"
            size="sm"
            href={toRunbooksUrl('proposals', { ...(incident ? { incident } : {}), runbook: entry.name })}
            data-testid={TEST_IDS.runbooks.use}
          >
            Use for an incident
          </LinkButton>
        )}
      </header>
      {!usable && (
        <p>
          <strong>Cannot run here:</strong> {entry.missingActions.join(', ')}{' '}
          {entry.missingActions.length === 1 ? 'is' : 'are'} not enabled on this executor.
        </p>
      )}
      <p className={styles.muted}>
        {APPROVAL_TEXTS[entry.approval]} · {describeRuns(entry.executions)}
      </p>
      <details>
        <summary>Steps, triggers and how much it may do</summary>
        <Details entry={entry} />
      </details>
    </article>
  );
}

function Details({ entry }: { readonly entry: RunbookEntry }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.details}>
      <ol className={styles.list} aria-label="Steps">
        {entry.steps.map((step) => (
          <li key={step.id}>
            {step.title} <code>{step.action}</code> {step.destructive && <strong>Destructive. </strong>}
            {!step.reversible && 'Cannot be undone. '}
            {step.ttl !== null && `Taken back by itself after ${step.ttl}. `}
            {step.condition !== null && (
              <>
                Only if <code>{step.condition}</code>.
              </>
            )}
          </li>
        ))}
      </ol>
      <dl className={styles.facts}>
        <dt>Answers to</dt>
        <dd>
          {entry.triggers.length === 0
            ? 'nothing by itself; a person chooses it'
            : entry.triggers.map((trigger) => <div key={trigger}>{trigger}</div>)}
        </dd>
        <dt>May do</dt>
        <dd>{describeAutonomy(entry.autonomy)}</dd>
        <dt>Owner</dt>
        <dd>{entry.owner}</dd>
        <dt>Version</dt>
        <dd>
          {entry.name}@{entry.version}, content <code title={entry.digest}>{entry.digest.slice(0, 12)}</code>, file{' '}
          <code>{entry.source}</code>
        </dd>
      </dl>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'grid',
    gap: theme.spacing(0.5),
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(1.5, 2),
    marginBottom: theme.spacing(1),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    overflowWrap: 'anywhere',
    '& p': { margin: 0 },
  }),
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  title: css({ margin: 0, flexGrow: 1, fontSize: theme.typography.h5.fontSize }),
  muted: css({ color: theme.colors.text.secondary }),
  details: css({ display: 'grid', gap: theme.spacing(1), padding: theme.spacing(1, 0) }),
  list: css({ margin: 0, paddingLeft: theme.spacing(2.5) }),
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: theme.spacing(0.25, 2),
    margin: 0,
    '& dt': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
    '& dd': { margin: 0 },
  }),
});
