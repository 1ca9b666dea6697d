import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { PlanRecord } from '#contracts';
import { formatConfidence, formatSeconds, formatTime } from '../format.ts';
import { describeLimits } from './plan-facts.ts';
import { FACT_TEXTS as T } from './plan-texts.ts';

const SHOWN_DIGEST = 12;

type Fact = readonly [name: string, value: React.ReactNode];

/** Why, from which runbook, how long, how far it reaches, and who asked. */
export function PlanFacts(props: { readonly plan: PlanRecord; readonly incidentHref: string | undefined }) {
  const { plan, incidentHref } = props;
  const styles = useStyles2(getStyles);
  const facts: readonly Fact[] = [
    [T.why, plan.rationale],
    ...runbookFacts(plan),
    [T.confidence, formatConfidence(plan.confidence)],
    [T.takes, formatSeconds(plan.expectedSeconds)],
    [T.affected, plan.affectedServices === null ? T.affectedNotKnown : String(plan.affectedServices)],
    [T.reversible, plan.reversible ? T.isReversible : T.isNotReversible],
    [T.failure, T.onFailure[plan.onFailure]],
    ...limitFacts(plan),
    [T.requester, T.requested(plan.requester, formatTime(plan.createdMs))],
    ...(incidentHref === undefined
      ? []
      : [
          [
            T.incident,
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
      T.runbook,
      <React.Fragment key="runbook">
        {T.runbookContent(runbook.name, runbook.version)}{' '}
        <code title={runbook.digest}>{runbook.digest.slice(0, SHOWN_DIGEST)}</code>
      </React.Fragment>,
    ],
    [T.parameters, values.length > 0 ? values.join(', ') : T.noParameters],
  ];
}

function limitFacts({ limits, deadlineSeconds, notifications }: PlanRecord): readonly Fact[] {
  const told = notifications.map(({ channel, on }) => `${channel} (${on.join(', ')})`);
  return [
    ...(limits ? [[T.limits, describeLimits(limits).join('; ')] as const] : []),
    ...(deadlineSeconds === null ? [] : [[T.deadline, formatSeconds(deadlineSeconds)] as const]),
    ...(told.length > 0 ? [[T.told, told.join('; ')] as const] : []),
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
