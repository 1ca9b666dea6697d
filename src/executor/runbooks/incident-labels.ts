import type { IncidentRecord } from '#contracts';
import type { CauseKind } from '#model';
import type { Occasion } from './matching/fit-runbooks.ts';

const LABEL_VALUE_MAX = 253;

/**
 * What an incident says about itself, as labels of runbook parameters and triggers: the guilty service and its kind, and what
 * the changes and proposals of the report name. The backend's report is text from outside: values are only texts, and every
 * parameter is checked again.
 */
export function labelsOfIncident({
  service,
  report,
}: Pick<IncidentRecord, 'service' | 'report'>): Readonly<Record<string, string>> {
  const { hypotheses = [], proposals = [] } = report as Partial<IncidentRecord['report']>;
  const guilty = hypotheses[0]?.service ?? service;
  const fromProposals = proposals
    .filter((proposal) => proposal.service === guilty)
    .flatMap(({ parameters, target }) => [
      ...Object.entries(parameters),
      ['service_kind', target.kind] as const,
      ['caller', target.kind === 'edge' ? target.name : ''] as const,
      ['provider', target.peer ?? ''] as const,
    ])
    .filter(([, value]) => value !== '' && String(value).length <= LABEL_VALUE_MAX)
    .map(([name, value]): [string, string] => [toLabelName(name), String(value)]);
  const place = placeLabels(hypotheses[0]?.runsIn);
  return { ...Object.fromEntries(fromProposals.toReversed()), ...place, service: guilty, entry: service };
}

/** Where the guilty service runs: `namespace`, and `deployment`, `statefulset` and so on by the kind of its workload. */
function placeLabels(
  runsIn: IncidentRecord['report']['hypotheses'][number]['runsIn']
): Readonly<Record<string, string>> {
  const { namespace, workload } = runsIn ?? {};
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(workload ? { [workload.kind.toLowerCase()]: workload.name } : {}),
  };
}

/** As labels are written: `limitBytes` is `limit_bytes`. */
function toLabelName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What is to be done about an incident, as its analysis sees it. */
export function occasionOf(incident: Pick<IncidentRecord, 'service' | 'report'>): Occasion {
  const { hypotheses = [] } = incident.report as Partial<IncidentRecord['report']>;
  const cause = hypotheses[0]?.cause as CauseKind | undefined;
  return {
    source: 'aiops-insight',
    labels: labelsOfIncident(incident),
    ...(cause === undefined ? {} : { cause }),
  };
}
