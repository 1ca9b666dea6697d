import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { BlastRadiusAnswer } from '#contracts';
import { type AffectedService, type ServiceAnomaly, type ServiceName, type ServiceNode, toRcaUrl } from '#model';
import {
  AnomalyBadge,
  describeSignal,
  formatConfidence,
  formatMinute,
  formatRatio,
  KIND_LABELS,
  ProblemList,
  SOURCE_LABELS,
  toLevel,
} from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { describeAffected } from './affected-text.ts';
import { useAtInstant } from './use-at-instant.ts';

const MAX_AFFECTED = 12;

/** All that is known of the selected service: state, owner, who depends on it, and how well it is seen. */
export function ServiceDetail(props: {
  readonly name: ServiceName;
  readonly node: ServiceNode | undefined;
  readonly state: ServiceAnomaly | undefined;
  readonly backend: BackendClient;
  readonly fromMs: number;
  /** The shown instant; the newest when missing. */
  readonly atMs: number | undefined;
  readonly toMs: number;
}) {
  const { name, node, state, backend, atMs, fromMs, toMs } = props;
  const styles = useStyles2(getStyles);
  const end = atMs ?? toMs;
  const load = useCallback(
    (_key: string, signal: AbortSignal) => backend.blastRadius(name, atMs, signal),
    [backend, name, atMs]
  );
  const blast = useAtInstant(`${name} ${atMs ?? 'newest'}`, load);
  const href = toRcaUrl({ service: name, from: String(Math.min(fromMs, end - 3_600_000)), to: String(end) });
  return (
    <div className={styles.detail}>
      <h3 className={styles.title}>{name}</h3>
      <AnomalyBadge reading={state?.reading} />
      <LinkButton href={href} icon="search" variant="primary" size="sm">
        Find the root cause
      </LinkButton>
      <Signals signals={state?.signals ?? []} />
      {node && <Facts node={node} />}
      {blast.data && !blast.pending && <Affected answer={blast.data} />}
      {blast.problem && <ProblemList problems={[blast.problem]} />}
      {node?.coverage && <Coverage coverage={node.coverage} />}
    </div>
  );
}

/** Strange and unknown signals; the normal ones are folded. */
function Signals({ signals }: { readonly signals: ServiceAnomaly['signals'] }) {
  const styles = useStyles2(getStyles);
  const normal = signals.filter(({ reading }) => toLevel(reading) === 'normal');
  const strange = signals.filter(({ reading }) => toLevel(reading) !== 'normal');
  const list = (items: ServiceAnomaly['signals']) => (
    <ul className={styles.signals}>
      {items.map((signal) => (
        <li key={signal.signalId}>{describeSignal(signal)}</li>
      ))}
    </ul>
  );
  return (
    <>
      {strange.length > 0 && list(strange)}
      {normal.length > 0 && (
        <details>
          <summary>
            {normal.length} normal {normal.length === 1 ? 'signal' : 'signals'}
          </summary>
          {list(normal)}
        </details>
      )}
    </>
  );
}

function Facts({ node }: { readonly node: ServiceNode }) {
  const styles = useStyles2(getStyles);
  const facts: ReadonlyArray<readonly [string, string | undefined]> = [
    ['Kind', [KIND_LABELS[node.kind], node.system].filter(Boolean).join(', ')],
    ['Namespace', node.namespace],
    ['Team', node.team],
    ['Matters', node.criticality],
    ['Promise', node.slaTarget === undefined ? undefined : `${formatRatio(node.slaTarget)} of requests succeed`],
    ['Version', node.version],
    ['Runs as', node.workload && `${node.workload.kind} ${node.workload.name}${describePods(node.pods)}`],
    ['Known from', describeSources(node)],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(
        ([label, text]) =>
          text !== undefined &&
          text !== '' && (
            <React.Fragment key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </React.Fragment>
          )
      )}
    </dl>
  );
}

function describePods(pods: number | undefined): string {
  return pods === undefined ? '' : `, ${pods} ${pods === 1 ? 'pod' : 'pods'}`;
}

function describeSources({ sources, measured, stale }: ServiceNode): string {
  const texts = (sources ?? []).map(({ source, lastSeenMs }) =>
    lastSeenMs === undefined
      ? SOURCE_LABELS[source]
      : stale === true
        ? `${SOURCE_LABELS[source]} (last ${formatMinute(lastSeenMs)})`
        : SOURCE_LABELS[source]
  );
  return [...texts, ...(measured === false ? ['never seen by telemetry'] : [])].join(', ');
}

function Affected({ answer }: { readonly answer: BlastRadiusAnswer }) {
  return (
    <>
      <AffectedList
        title={`A failure reaches ${answer.affected.length} ${answer.affected.length === 1 ? 'service' : 'services'}`}
        items={answer.affected}
        word="of its requests"
      />
      {answer.dominates.length > 0 && (
        <div>Without it nobody can reach: {answer.dominates.slice(0, MAX_AFFECTED).join(', ')}</div>
      )}
      <AffectedList
        title={`It depends on ${answer.dependencies.length}`}
        items={answer.dependencies}
        word="of the requests"
      />
    </>
  );
}

function AffectedList(props: {
  readonly title: string;
  readonly items: readonly AffectedService[];
  readonly word: string;
}) {
  const { title, items, word } = props;
  const styles = useStyles2(getStyles);
  return (
    <details>
      <summary>{title}</summary>
      <ul className={styles.signals}>
        {items.slice(0, MAX_AFFECTED).map((item) => (
          <li key={item.service}>{describeAffected(item, word)}</li>
        ))}
        {items.length > MAX_AFFECTED && <li>and {items.length - MAX_AFFECTED} more</li>}
      </ul>
    </details>
  );
}

function Coverage({ coverage }: { readonly coverage: NonNullable<ServiceNode['coverage']> }) {
  const styles = useStyles2(getStyles);
  return (
    <details>
      <summary>Seen by telemetry: {formatConfidence(coverage.score)}</summary>
      <ul className={styles.signals}>
        {coverage.reasons.length === 0 ? (
          <li>Nothing is missing.</li>
        ) : (
          coverage.reasons.map((reason) => <li key={reason}>{reason}</li>)
        )}
      </ul>
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  detail: css({ display: 'grid', gap: theme.spacing(1), justifyItems: 'start', width: '100%', minWidth: 0 }),
  title: css({ margin: 0, fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }),
  signals: css({ margin: 0, paddingLeft: theme.spacing(2), overflowWrap: 'anywhere' }),
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    gap: theme.spacing(0.25, 1.5),
    margin: 0,
    overflowWrap: 'anywhere',
    '& dt': { color: theme.colors.text.secondary },
    '& dd': { margin: 0 },
  }),
});
