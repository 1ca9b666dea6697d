import type { CauseKind, Decision, Evidence, EpochMs, Hypothesis, RuledOut, ServiceName, Verdict } from '#model';
import { citations } from './evidence-book.ts';
import { formatClock } from './format.ts';

/** What the text of a report is made from. */
export interface SummaryParts {
  readonly target: { readonly service: ServiceName; readonly symptom: 'latency' | 'errors' };
  readonly onsetMs: EpochMs;
  /** Undefined where the trouble lasts to the end of the window. */
  readonly endedMs?: EpochMs | undefined;
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly verdictReasons: readonly string[];
  readonly causes: readonly Hypothesis[];
  readonly ruledOut: readonly RuledOut[];
  readonly victims: readonly ServiceName[];
  readonly evidence: readonly Evidence[];
  /** Evidence of the symptom at the target. */
  readonly symptomEvidence: readonly number[];
}

const CAUSE_TEXT: Record<CauseKind, string> = {
  'slow-query': 'runs slow queries',
  'bad-deploy': 'got worse after a change',
  'out-of-memory': 'runs out of memory and restarts',
  'memory-pressure': 'has no memory left',
  'pool-exhaustion': 'has no free database connections',
  'external-rate-limit': 'refuses calls beyond its quota',
  'cpu-contention': 'does not get the CPU time it needs',
  'network-latency': 'is reached over a slow network path',
  unreachable: 'cannot be reached',
  overload: 'gets more requests than it can serve',
  unclassified: 'behaves unusually',
};

/**
 * A cause in words.
 *
 * @param cause  kind of cause
 * @returns verb phrase that follows the name of a service
 * Cost O(1).
 */
export function causeText(cause: CauseKind): string {
  return CAUSE_TEXT[cause];
}

/**
 * Two or three sentences for the head of a report.
 *
 * @param parts  decision, causes and evidence
 * @returns plain English; every claim carries `[n]`
 * Cost O(causes).
 */
export function summarise(parts: SummaryParts): string {
  const { target, decision, causes } = parts;
  const symptom = target.symptom === 'latency' ? 'responds slowly' : 'fails requests';
  const seen = citations(parts.symptomEvidence);
  if (decision === 'insufficient-data') {
    return `There are not enough data to say why ${target.service} ${symptom}. This is not a statement that all is well.`;
  }
  if (decision === 'no-significant-root-cause' || causes.length === 0) {
    return `No service stands out as a cause of trouble at ${target.service} in this window.`;
  }
  const since = seen === '' ? '' : `${target.service} ${symptomText(parts)} ${seen}. `;
  const named = causes.map(
    (cause) => `${cause.service} ${causeText(cause.cause)} ${citations(cause.evidence.slice(0, 3))}`
  );
  return causes.length === 1
    ? `${since}Cause: ${named[0] ?? ''}.`
    : `${since}${causes.length} causes act together: ${named.join('; ')}.`;
}

/** What the target does since when, or did in the time that is over. */
function symptomText({ target: { symptom }, onsetMs, endedMs }: SummaryParts): string {
  const isSlow = symptom === 'latency';
  return endedMs === undefined
    ? `${isSlow ? 'responds slowly' : 'fails requests'} since ${formatClock(onsetMs)}`
    : `${isSlow ? 'responded slowly' : 'failed requests'} from ${formatClock(onsetMs)} to ${formatClock(endedMs)}`;
}

/**
 * The report as text, without a language model.
 *
 * @param parts  as for {@link summarise}
 * @returns paragraphs separated by blank lines
 * Cost O(causes + evidence).
 */
export function narrate(parts: SummaryParts): string {
  const statements = new Map(parts.evidence.map((item) => [item.number, item.statement]));
  const perCause = parts.causes.map((cause) => {
    const facts = cause.evidence.slice(0, 4).map((number) => `${statements.get(number) ?? ''} [${number}]`);
    const way = cause.path.length === 0 ? '' : ` The trouble reached ${parts.target.service} along ${pathText(cause)}.`;
    return `${cause.service} ${causeText(cause.cause)} (confidence ${Math.floor(cause.confidence * 100)} %). ${facts.join(' ')}${way}`;
  });
  const cleared = parts.ruledOut.slice(0, 4).map((item) => item.reason);
  const victims = parts.victims.length === 0 ? [] : [`Victims: ${parts.victims.join(', ')}.`];
  return [
    summarise(parts),
    ...perCause,
    ...(cleared.length > 0 ? [`Ruled out: ${cleared.join(' ')}`] : []),
    ...victims,
    `Verdict: ${parts.verdict}. ${parts.verdictReasons.join(' ')}`,
  ].join('\n\n');
}

function pathText(cause: Hypothesis): string {
  return [cause.service, ...cause.path.map((hop) => (hop.measured ? hop.to : `${hop.to} (not measured)`))].join(' -> ');
}
