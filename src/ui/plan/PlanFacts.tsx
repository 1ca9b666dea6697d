import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { PlanRecord } from '#contracts';
import { formatConfidence, formatSeconds, formatTime } from '../format.ts';
import { describeLimits } from './plan-facts.ts';

const FAILURE_TEXTS: Readonly<Record<PlanRecord['onFailure'], string>> = {
  rollback: 'it is taken back, and a person is called where that is not possible',
  notify: 'it stays, and the outcome says so',
  hold: 'it stays, and a person is called',
};
const SHOWN_DIGEST = 12;

type Fact = readonly [name: string, value: React.ReactNode];

/** Why, from which runbook, how long, how far it reaches, and who asked. */
export function PlanFacts(props: { readonly plan: PlanRecord; readonly incidentHref: string | undefined }) {
  const { plan, incidentHref } = props;
  const styles = useStyles2(getStyles);
  const facts: readonly Fact[] = [
    ['Why', plan.rationale],
    ...runbookFacts(plan),
    ['Confidence in the cause', formatConfidence(plan.confidence)],
    ['Expected to take', formatSeconds(plan.expectedSeconds)],
    ['Services that feel it', plan.affectedServices === null ? 'unknown' : String(plan.affectedServices)],
    ['Reversible', plan.reversible ? 'yes' : 'NO, it cannot be undone'],
    ['If it does not help', FAILURE_TEXTS[plan.onFailure]],
    ...limitFacts(plan),
    ['Requested by', `${plan.requester}, ${formatTime(plan.createdMs)}`],
    ...(incidentHref === undefined
      ? []
      : [
          [
            'Incident',
            <a key="i" className={styles.link} href={incidentHref}>
              {plan.incidentId}
            </a>,
          ] as const,
        ]),
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

function runbookFacts({ runbook, parameters }: PlanRecord): readonly Fact[] {
  if (!runbook) {
    return [];
  }
  const values = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  return [
    [
      'Runbook',
      <React.Fragment key="runbook">
        {runbook.name}@{runbook.version}, content{' '}
        <code title={runbook.digest}>{runbook.digest.slice(0, SHOWN_DIGEST)}</code>
      </React.Fragment>,
    ],
    ['Parameters', values.length > 0 ? values.join(', ') : 'none'],
  ];
}

function limitFacts({ limits, deadlineSeconds, notifications }: PlanRecord): readonly Fact[] {
  const told = notifications.map(({ channel, on }) => `${channel} (${on.join(', ')})`);
  return [
    ...(limits ? [['Limits', describeLimits(limits).join('; ')] as const] : []),
    ...(deadlineSeconds === null ? [] : [['Must be done within', formatSeconds(deadlineSeconds)] as const]),
    ...(told.length > 0 ? [['Told about it', told.join('; ')] as const] : []),
  ];
}

const getStyles = (theme: GrafanaTheme2) => ({
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: theme.spacing(0.25, 2),
    margin: 0,
    '& dt': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
    '@media (max-width: 640px)': {
      gridTemplateColumns: 'minmax(0, 1fr)',
      '& dd': { marginBottom: theme.spacing(0.5) },
    },
  }),
  link: css({ color: theme.colors.text.link }),
});
