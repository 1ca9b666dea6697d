import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { InvestigatorFact, InvestigatorQuery } from '#contracts';
import type { Evidence } from '#model';
import { formatClock, toEvidenceId } from '#ui';
import { type ExploreSources, toExploreUrl } from '../../../api/explore-url.ts';
import { MODEL_TEXTS as T } from '../rca-texts.ts';

/** Queries as they ran, each with its way into Explore. */
export function FoundQueries({
  queries,
  sources,
}: {
  readonly queries: readonly InvestigatorQuery[];
  readonly sources: ExploreSources;
}) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {queries.map((query, index) => (
        <li key={index}>
          <QueryText query={query} sources={sources} />
        </li>
      ))}
    </ul>
  );
}

/** Facts that tools found for one answer; `scope` keeps their numbers apart from those of other answers. */
export function FoundFacts({
  facts,
  sources,
  scope,
}: {
  readonly facts: readonly InvestigatorFact[];
  readonly sources: ExploreSources;
  readonly scope: string;
}) {
  const styles = useStyles2(getStyles);
  return facts.length === 0 ? null : (
    <details>
      <summary>
        {T.facts} ({facts.length})
      </summary>
      <ul className={styles.list}>
        {facts.map(({ number, service, source, statement, query }) => (
          <li key={number} id={toEvidenceId(number, scope)} tabIndex={-1} className={styles.fact}>
            <strong>[{number}]</strong> {statement} <span className={styles.muted}>{T.factOf(source, service)}</span>
            {query && <QueryText query={query} sources={sources} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

function QueryText({ query, sources }: { readonly query: InvestigatorQuery; readonly sources: ExploreSources }) {
  const styles = useStyles2(getStyles);
  const href = toExploreUrl(toEvidence(query), sources);
  return (
    <div>
      <code className={styles.code}>{query.query}</code>{' '}
      <span className={styles.muted}>
        {formatClock(query.fromMs)} – {formatClock(query.toMs)}
      </span>{' '}
      {href !== undefined && <TextLink href={href}>{T.explore}</TextLink>}
    </div>
  );
}

function toEvidence({ language, query, fromMs, toMs }: InvestigatorQuery): Evidence {
  return { number: 0, source: 'metric', service: '', statement: '', language, query, window: { fromMs, toMs } };
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ margin: 0, paddingLeft: theme.spacing(2.5), overflowWrap: 'anywhere' }),
  muted: css({ color: theme.colors.text.secondary }),
  code: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
  fact: css({
    '&:focus': { outline: `2px solid ${theme.colors.primary.border}`, background: theme.colors.action.selected },
  }),
});
