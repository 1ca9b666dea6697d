import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Evidence, Hypothesis } from '#model';
import { CAUSE_LABELS, EvidenceList, formatConfidence, tableStyles, TEST_IDS } from '#ui';
import { Section } from '../../../PageFrame.tsx';
import { RUN_TEXTS as T } from '../rca-texts.ts';
import type { RunView } from './run-view.ts';

const MOST_CAUSES = 5;

/** What a run has found before its report is there. */
export function PartialResults({
  view,
  linkFor,
}: {
  readonly view: RunView;
  readonly linkFor: (evidence: Evidence) => string | undefined;
}) {
  const styles = useStyles2(tableStyles);
  const own = useStyles2(getStyles);
  const { ranking, evidence } = view;
  if (!ranking && evidence.length === 0) {
    return null;
  }
  return (
    <div className={own.parts} data-testid={TEST_IDS.rca.partial}>
      {ranking && ranking.scores.length > 0 && (
        <Section title={T.partialRanking}>
          <p className={styles.muted}>{T.partialHint}</p>
          <ol>
            {ranking.scores.slice(0, MOST_CAUSES).map(({ service, cause, confidence }) => (
              <li key={service}>
                <strong>{service}</strong>: {CAUSE_LABELS[cause as Hypothesis['cause']] ?? cause} (
                {formatConfidence(confidence)})
              </li>
            ))}
          </ol>
        </Section>
      )}
      {evidence.length > 0 && (
        <Section title={T.partial}>
          <EvidenceList evidence={evidence} linkFor={linkFor} />
        </Section>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  parts: css({ display: 'grid', gap: theme.spacing(3), minWidth: 0 }),
});
