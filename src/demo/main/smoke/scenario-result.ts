import type { ExecutionRecord, IncidentRecord } from '#contracts';
import { type InvestigatedScenario, listInvestigationProblems } from './investigation-result.ts';

/** How one scenario of the smoke run went. Times are simulated seconds. */
export interface ScenarioResult {
  readonly fault: string;
  readonly detected: boolean;
  readonly detectedAfterSeconds: number | null;
  readonly incident: string | null;
  readonly topCause: string | null;
  readonly top3: readonly string[];
  readonly verdict: string | null;
  /** Plans that the executor compiled for the incident. */
  readonly proposals: number;
  /** Plans that were approved. */
  readonly approved: number;
  /** Executions that ran to their end without failing. */
  readonly executed: number;
  /** The incident closed after an approved action, with at least one execution that the executor saw recover. */
  readonly verified: boolean;
  /** Real seconds from the question to a complete report, without a language model. */
  readonly investigationSeconds: number;
  /** Highest anomaly score of the symptom's service during the scenario. */
  readonly highestScore: number | null;
  /** Services blamed in the healthy shop before the fault. Told, not judged: only surge and quiet must stay clean. */
  readonly falseAlarms: readonly string[];
  readonly passed: boolean;
  /** Why it did not pass; empty when it did. */
  readonly problems: readonly string[];
}

/** What was seen of a scenario. */
export interface ScenarioEvidence {
  readonly fault: string;
  readonly isFault: boolean;
  readonly trueCauses: readonly string[];
  readonly injectedMs: number;
  /** The incident with its newest report; undefined when none was opened. */
  readonly incident: IncidentRecord | undefined;
  /** Incidents of this scenario whose report names a cause. */
  readonly incidentsWithCause: number;
  readonly falseAlarms: readonly string[];
  readonly proposals: number;
  readonly approved: number;
  readonly executions: readonly ExecutionRecord[];
  readonly investigated: InvestigatedScenario;
  readonly highestScore: number | null;
}

/** Score from which a service counts as anomalous. */
const ALERT_SCORE = 0.8;

/** Judges a scenario: the rules of the smoke run, without any I/O. */
export function judgeScenario(seen: ScenarioEvidence): ScenarioResult {
  const { incident, executions } = seen;
  const hypotheses = incident?.report.hypotheses ?? [];
  const top3 = hypotheses.slice(0, 3).map((hypothesis) => hypothesis.service);
  const finished = executions.filter((execution) => execution.status === 'finished' && execution.outcome !== 'failed');
  const verified =
    incident?.status === 'resolved' &&
    incident.resolvedBy === 'action' &&
    executions.some((execution) => execution.outcome === 'recovered');
  const problems = [
    ...(seen.isFault ? listFaultProblems(seen, top3, verified) : listQuietProblems(seen)),
    ...listInvestigationProblems(seen.investigated, seen),
  ];
  return {
    fault: seen.fault,
    detected: incident !== undefined,
    detectedAfterSeconds: incident ? Math.round((incident.detectedMs - seen.injectedMs) / 1000) : null,
    incident: incident?.id ?? null,
    topCause: top3[0] ?? null,
    top3,
    verdict: incident?.report.verdict ?? null,
    proposals: seen.proposals,
    approved: seen.approved,
    executed: finished.length,
    verified,
    investigationSeconds: Math.round(seen.investigated.seconds * 100) / 100,
    highestScore: seen.highestScore,
    falseAlarms: seen.falseAlarms,
    passed: problems.length === 0,
    problems,
  };
}

function listFaultProblems(seen: ScenarioEvidence, top3: readonly string[], verified: boolean): string[] {
  if (!seen.incident) {
    return ['no incident was opened'];
  }
  const missing = seen.trueCauses.filter((cause) => !top3.includes(cause));
  const isFirst = seen.trueCauses.includes(top3[0] ?? '');
  return [
    ...(missing.length > 0 ? [`not in the top 3: ${missing.join(', ')}`] : []),
    ...(isFirst ? [] : [`the first cause is ${top3[0] ?? 'none'}, not ${seen.trueCauses.join(' or ')}`]),
    ...(seen.proposals === 0 ? ['nothing was proposed'] : []),
    ...(seen.approved === 0 ? ['nothing could be approved'] : []),
    ...(verified ? [] : [`not verified as recovered (${describeEnd(seen)})`]),
    ...(isAnomalous(seen.highestScore)
      ? []
      : [`the symptom scored ${seen.highestScore ?? 'unknown'}, below ${ALERT_SCORE}`]),
  ];
}

function listQuietProblems(seen: ScenarioEvidence): string[] {
  return seen.incidentsWithCause === 0
    ? []
    : [`${seen.incidentsWithCause} incident(s) with a cause, but nothing was wrong`];
}

function isAnomalous(score: number | null): boolean {
  return score !== null && score >= ALERT_SCORE;
}

function describeEnd({ incident, executions }: ScenarioEvidence): string {
  const outcomes = executions.map((execution) => execution.outcome ?? execution.status).join(', ') || 'no execution';
  return `incident ${incident?.status ?? 'absent'}, resolved by ${incident?.resolvedBy ?? 'nothing'}, ${outcomes}`;
}
