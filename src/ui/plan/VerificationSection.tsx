import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { CheckTable } from '../CheckTable.tsx';
import { formatSeconds } from '../format.ts';
import { CHECK_TEXTS as T } from './plan-texts.ts';
import { VerificationCharts } from './VerificationChart.tsx';
import { countPasses } from './verification-rounds.ts';

/** How it is found out whether a plan helped: before the first effect, after the last, and what came of it so far. */
export function VerificationSection(props: {
  readonly plan: PlanRecord;
  readonly execution: ExecutionRecord | undefined;
}) {
  const { plan, execution } = props;
  const styles = useStyles2(getStyles);
  const { settleSeconds, intervalSeconds, consecutivePasses, timeoutSeconds } = plan.timing;
  const results = execution?.checks ?? [];
  const passes = countPasses(plan.verification, results);
  return (
    <section className={styles.section}>
      <h4 className={styles.heading}>{T.heading}</h4>
      {plan.preconditions.length > 0 && <CheckTable checks={plan.preconditions} caption={T.preconditions} />}
      <CheckTable checks={plan.verification} results={results} caption={T.verification} />
      <p>
        {T.timing(formatSeconds(settleSeconds), formatSeconds(intervalSeconds), formatSeconds(timeoutSeconds))}{' '}
        {T.passes(consecutivePasses)}
        {results.length > 0 && T.soFar(Math.min(passes, consecutivePasses), consecutivePasses)}.
      </p>
      <VerificationCharts checks={plan.verification} results={results} />
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
  heading: css({ margin: 0, fontSize: theme.typography.h6.fontSize }),
});
