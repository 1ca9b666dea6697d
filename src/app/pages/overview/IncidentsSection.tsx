import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, TextLink, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import {
  EmptyState,
  formatAgo,
  formatDuration,
  formatRatio,
  type KeyFigures,
  tableStyles,
  TEST_IDS,
  toKeyFigures,
  VerdictBadge,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { PAGE_PATHS, toIncidentUrl } from '../../routes.ts';
import { describeTopCause } from '../../top-cause.ts';
import { useNow, usePolling } from '../../use-polling.ts';

const POLL_MS = 5_000;

interface LedgerView {
  readonly incidents: readonly IncidentRecord[];
  readonly executions: readonly ExecutionRecord[];
  readonly pending: readonly PlanRecord[];
}

/** Open incidents and key figures, from the executor's ledger. */
export function IncidentsSection() {
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal): Promise<LedgerView> => {
      const [incidents, executions, pending] = await Promise.all([
        executor.incidents(undefined, signal),
        executor.executions(undefined, signal),
        executor.plans({ status: 'pending' }, signal),
      ]);
      return { incidents, executions, pending };
    },
    [executor]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Section title="Open incidents" testId={TEST_IDS.overview.incidents}>
      <Reading polled={polled} label="Reading incidents">
        {(view) => <Ledger view={view} />}
      </Reading>
    </Section>
  );
}

function Ledger({ view }: { readonly view: LedgerView }) {
  const open = view.incidents.filter(({ status }) => status === 'open');
  const resolved = view.incidents.length - open.length;
  return (
    <>
      <Figures figures={toKeyFigures(view.incidents, view.executions)} pending={view.pending.length} />
      {open.length === 0 ? (
        <EmptyState title="No open incident">
          {resolved > 0
            ? `${resolved} resolved ${resolved === 1 ? 'incident is' : 'incidents are'} in the history.`
            : 'None has been opened yet.'}
        </EmptyState>
      ) : (
        <OpenIncidents incidents={open} pending={view.pending} />
      )}
      <p>
        <TextLink href={PAGE_PATHS.incidents}>All incidents, with search and who takes care of them</TextLink>
      </p>
    </>
  );
}

function Figures({ figures, pending }: { readonly figures: KeyFigures; readonly pending: number }) {
  const styles = useStyles2(getStyles);
  const duration = (seconds: number | null) => (seconds === null ? 'no data yet' : formatDuration(seconds * 1000));
  const items: ReadonlyArray<readonly [string, string]> = [
    ['Open incidents', String(figures.openIncidents)],
    ['Wait for approval', String(pending)],
    ['Mean time to detect', duration(figures.detectSeconds)],
    ['Mean time to resolve', duration(figures.resolveSeconds)],
    [
      'Actions that helped',
      figures.successRatio === null ? 'no data yet' : `${formatRatio(figures.successRatio)} of ${figures.executions}`,
    ],
  ];
  return (
    <dl className={styles.figures} data-testid={TEST_IDS.overview.figures}>
      {items.map(([name, value]) => (
        <div key={name} className={styles.figure}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function OpenIncidents({
  incidents,
  pending,
}: {
  readonly incidents: readonly IncidentRecord[];
  readonly pending: readonly PlanRecord[];
}) {
  const table = useStyles2(tableStyles);
  const now = useNow();
  return (
    <div className={table.wrapper}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Incident</th>
            <th scope="col">Probable cause</th>
            <th scope="col">Verdict</th>
            <th scope="col">Since</th>
            <th scope="col">Next</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <IncidentRow
              key={incident.id}
              incident={incident}
              nowMs={now}
              pending={pending.filter((plan) => plan.incidentId === incident.id).length}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function IncidentRow({
  incident,
  nowMs,
  pending,
}: {
  readonly incident: IncidentRecord;
  readonly nowMs: number;
  readonly pending: number;
}) {
  const table = useStyles2(tableStyles);
  return (
    <tr data-testid={TEST_IDS.overview.incident} data-incident={incident.id}>
      <th scope="row">
        <TextLink href={toIncidentUrl(incident.id)} inline={false}>
          {`${incident.symptom === 'latency' ? 'Slow' : 'Errors'}: ${incident.service}`}
        </TextLink>
      </th>
      <td>{describeTopCause(incident)}</td>
      <td>
        <VerdictBadge verdict={incident.report.verdict} />
      </td>
      <td className={table.number}>{formatAgo(incident.onsetMs, nowMs)}</td>
      <td>
        <LinkButton size="sm" variant={pending > 0 ? 'primary' : 'secondary'} href={toIncidentUrl(incident.id)}>
          {pending > 0 ? `Decide (${pending})` : 'Look'}
        </LinkButton>
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  figures: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), margin: theme.spacing(0, 0, 2) }),
  figure: css({
    flex: '1 1 auto',
    padding: theme.spacing(1, 2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    '& dt': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
    '& dd': { margin: 0, fontSize: theme.typography.h3.fontSize, fontVariantNumeric: 'tabular-nums' },
  }),
});
