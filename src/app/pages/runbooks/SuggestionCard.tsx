import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { RunbookSuggestion } from '#contracts';
import { formatConfidence, formatSeconds, TEST_IDS, ToneBadge } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toRunbooksUrl } from '../../routes.ts';
import { readArithmetic } from './decision-arithmetic.ts';

/** One runbook that fits: why, what it does, how risky, what is still missing, and who recommends it. */
export function SuggestionCard(props: {
  readonly suggestion: RunbookSuggestion;
  readonly rank: number;
  readonly incidentId: string;
}) {
  const { suggestion, rank, incidentId } = props;
  const { runbook, why, steps, missing, reversible } = suggestion;
  const { canPropose } = useClients();
  const styles = useStyles2(getStyles);
  return (
    <article className={styles.card} data-testid={TEST_IDS.runbooks.suggestion} data-runbook={runbook.name}>
      <header className={styles.head}>
        <h3 className={styles.title}>
          {rank}. {runbook.title}
        </h3>
        {reversible === false && (
          <ToneBadge tone="warning" icon="exclamation-circle">
            Cannot be undone
          </ToneBadge>
        )}
      </header>
      <Figures suggestion={suggestion} />
      <span className={styles.muted}>Why it fits</span>
      <ul className={styles.list} aria-label="Why it fits">
        {why.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <span className={styles.muted}>What is done</span>
      <ol className={styles.list} aria-label="Steps">
        {steps.map((step, index) => (
          <li key={index}>{step}</li>
        ))}
      </ol>
      <Values suggestion={suggestion} />
      {missing.length > 0 && (
        <p>
          <strong>To fill in:</strong> {missing.map(({ name, reason }) => `${name} ${reason}`).join('; ')}
        </p>
      )}
      <Arithmetic decision={suggestion.decision} />
      {canPropose && (
        <div>
          <LinkButton
            href={toRunbooksUrl('proposals', { incident: incidentId, runbook: runbook.name })}
            data-testid={TEST_IDS.runbooks.use}
          >
            Check the values and propose
          </LinkButton>
        </div>
      )}
    </article>
  );
}

function Figures({ suggestion }: { readonly suggestion: RunbookSuggestion }) {
  const styles = useStyles2(getStyles);
  const { risk, expectedSeconds, runbook } = suggestion;
  return (
    <p className={styles.muted}>
      Risk {risk === null ? 'not known before everything is filled in' : `${risk.toFixed(2)} of 1`} · takes{' '}
      {expectedSeconds === null ? 'an unknown time' : formatSeconds(expectedSeconds)} · {runbook.name}@{runbook.version}
    </p>
  );
}

function Values({ suggestion }: { readonly suggestion: RunbookSuggestion }) {
  const values = Object.entries(suggestion.parameters);
  if (values.length === 0) {
    return null;
  }
  return (
    <p>
      With {values.map(([name, value]) => `${name} = ${value}`).join(', ')} ({suggestion.parametersFrom})
    </p>
  );
}

function Arithmetic({ decision }: { readonly decision: RunbookSuggestion['decision'] }) {
  return (
    <details>
      <summary>
        Recommended with {formatConfidence(decision.confidence)} confidence, by {decision.source}
      </summary>
      <ul>
        {readArithmetic(decision.arithmetic).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(2),
    marginBottom: theme.spacing(2),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    overflowWrap: 'anywhere',
    '& p': { margin: 0 },
  }),
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), justifyContent: 'space-between' }),
  title: css({ margin: 0, fontSize: theme.typography.h5.fontSize }),
  list: css({ margin: 0, paddingLeft: theme.spacing(2.5) }),
  muted: css({ color: theme.colors.text.secondary }),
});
