import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { Citations } from '../CitedText.tsx';
import { TEST_IDS } from '../test-ids.ts';
import { ToneBadge } from '../ToneBadge.tsx';
import { EVIDENCE_TEXTS as T } from './evidence-texts.ts';

interface Sentence {
  readonly text: string;
  readonly cites: readonly number[];
}

/** What a language model wrote, from a run or from an answer of the investigator. */
export interface Written {
  readonly rootCause: readonly Sentence[];
  readonly impact: readonly Sentence[];
  readonly remediation: ReadonlyArray<Sentence & { readonly step: number; readonly runbook?: string | null }>;
  readonly unknown: ReadonlyArray<Sentence & { readonly check: string }>;
  readonly confidence: number;
  readonly contradictions: ReadonlyArray<{ readonly about: string; readonly engine: string; readonly model: string }>;
  readonly cut: ReadonlyArray<{ readonly part: string; readonly reason: string; readonly detail: string }>;
}

/** What a language model wrote, marked as its words, with its own confidence beside the computed one, and where it disagrees. */
export function WrittenText({
  written,
  computedConfidence,
  scope,
}: {
  readonly written: Written;
  /** Of the leading cause; undefined where none was found. */
  readonly computedConfidence: number | undefined;
  /** Where the numbers lead beside the evidence of the report. */
  readonly scope?: string;
}) {
  const styles = useStyles2(getStyles);
  const { rootCause, impact, remediation, unknown, contradictions, cut } = written;
  const isEmpty = [rootCause, impact, remediation, unknown].every(({ length }) => length === 0);
  return (
    <div data-testid={TEST_IDS.rca.written}>
      <p className={styles.head}>
        <ToneBadge tone="info" icon="ai-sparkle">
          {T.worded}
        </ToneBadge>
        <span className={styles.muted}>{T.wordedHint}</span>
      </p>
      {isEmpty && <p>{T.nothingWritten}</p>}
      {contradictions.length > 0 && <Contradictions contradictions={contradictions} />}
      <Part title={T.writtenCause} sentences={rootCause} scope={scope} />
      <Part title={T.writtenImpact} sentences={impact} scope={scope} />
      <Part
        title={T.writtenRemediation}
        isOrdered
        sentences={remediation.toSorted((a, b) => a.step - b.step)}
        scope={scope}
        after={({ runbook }) => (runbook ? ` (${T.runbook} ${runbook})` : null)}
      />
      <Part
        title={T.writtenUnknown}
        sentences={unknown}
        scope={scope}
        after={({ check }) => (
          <span className={styles.muted}>
            {' '}
            {T.check} {check}
          </span>
        )}
      />
      <p className={styles.muted}>{T.confidences(written.confidence, computedConfidence)}</p>
      {cut.length > 0 && (
        <details>
          <summary>{T.cut(cut.length)}</summary>
          <ul>
            {cut.map(({ part, reason, detail }, index) => (
              <li key={index}>
                {part}: {reason} <span className={styles.muted}>{detail}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Part<Item extends Sentence>({
  title,
  sentences,
  scope,
  isOrdered = false,
  after,
}: {
  readonly title: string;
  readonly sentences: readonly Item[];
  readonly scope: string | undefined;
  readonly isOrdered?: boolean;
  readonly after?: (sentence: Item) => ReactNode;
}) {
  const styles = useStyles2(getStyles);
  if (sentences.length === 0) {
    return null;
  }
  const List = isOrdered ? 'ol' : 'ul';
  return (
    <>
      <h3 className={styles.title}>{title}</h3>
      <List className={styles.list} data-plain={!isOrdered}>
        {sentences.map((sentence, index) => (
          <li key={index}>
            {sentence.text} <Citations numbers={sentence.cites} {...(scope === undefined ? {} : { scope })} />
            {after?.(sentence)}
          </li>
        ))}
      </List>
    </>
  );
}

function Contradictions({ contradictions }: Pick<Written, 'contradictions'>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.warning} data-testid={TEST_IDS.rca.contradictions}>
      <Icon name="exclamation-triangle" size="sm" /> <strong>{T.contradictions}</strong>
      <ul className={styles.list}>
        {contradictions.map(({ about, engine, model }, index) => (
          <li key={index}>
            {about}: {T.analysisSays} <strong>{engine}</strong>, {T.modelSays} <strong>{model}</strong>.
          </li>
        ))}
      </ul>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  muted: css({ color: theme.colors.text.secondary }),
  title: css({ fontSize: theme.typography.body.fontSize, margin: theme.spacing(1, 0, 0.25) }),
  list: css({
    margin: 0,
    paddingLeft: theme.spacing(2.5),
    overflowWrap: 'anywhere',
    '&[data-plain="true"]': { listStyle: 'none', paddingLeft: 0 },
  }),
  warning: css({
    margin: theme.spacing(1, 0),
    padding: theme.spacing(0.5, 1.5),
    borderLeft: `3px solid ${theme.colors.warning.border}`,
    background: theme.colors.background.secondary,
  }),
});
