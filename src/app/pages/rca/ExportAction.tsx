import React from 'react';
import { config } from '@grafana/runtime';
import type { AlertRecord, ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import type { RcaReport } from '#model';
import { ExportMenu } from '#ui';
import { useClients } from '../../api/clients.ts';
import type { ExploreSources } from '../../api/explore-url.ts';
import { toIncidentUrl } from '../../routes.ts';
import { toRunUrl } from './rca-address.ts';
import { allEvidence, type RunView } from './run/run-view.ts';

/** Takes what is shown along: the report of the run, or that of the ledger, with everything that belongs to it. */
export function ExportAction(props: {
  readonly report: RcaReport | undefined;
  readonly view: RunView | undefined;
  readonly incident?: IncidentRecord;
  readonly plans?: readonly PlanRecord[];
  readonly executions?: readonly ExecutionRecord[];
  readonly alerts?: readonly AlertRecord[];
  readonly sources: ExploreSources;
}) {
  const { exploreUrl } = useClients();
  const { report, view, incident, sources } = props;
  if (!report) {
    return null;
  }
  const isOwn = view?.report === report;
  const run = isOwn ? view.record : undefined;
  const input = () => ({
    report: { ...report, evidence: allEvidence({ report, evidence: isOwn ? view.evidence : [] }) },
    run,
    written: isOwn ? view.written : undefined,
    incident,
    plans: props.plans ?? [],
    executions: props.executions ?? [],
    alerts: props.alerts,
    linkFor: (evidence: RcaReport['evidence'][number]) => exploreUrl(evidence, sources),
    pageUrl: `${config.appSubUrl}${incident ? toIncidentUrl(incident.id) : run ? toRunUrl(run.id) : ''}`,
    baseUrl: config.appUrl,
    exportedMs: Date.now(),
  });
  return <ExportMenu input={input} />;
}
