import type {
  CauseKind,
  CoverageWarning,
  DataGap,
  Evidence,
  Hypothesis,
  ServiceName,
  SignalKind,
  Verdict,
} from '#model';

/** A verdict with the rules that led to it. */
export interface VerdictReason {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

const DOMINATES = 0.9;
const LIKELY = 0.5;
/** Gaps in these metrics make a ranking incomplete; kinds that nobody measures here do not. */
const NEEDED_SOURCES = /^prometheus($|:(latency|error-ratio|request-rate|edges))/;
const SYMPTOMS: ReadonlySet<SignalKind> = new Set<SignalKind>([
  'latency',
  'error-ratio',
  'client-latency',
  'self-time',
  'request-rate',
]);

/**
 * How sure a report is, by written rules.
 *
 * CONFIRMED: every cause has a confidence of at least 0.90, a named kind, two independent kinds of evidence (symptom,
 * resource, change, log), a measured path to the target, half or more of what it should show, and the metrics were
 * complete. LIKELY: every cause has at least 0.50. INCONCLUSIVE otherwise, and where a cause is known by its slowness or failures only and calls a service
 * about which nothing is measured: the trouble may be that one's.
 *
 * @param causes  leading hypotheses
 * @param evidence  numbered facts
 * @param gaps  sources that could not be read
 * @param targetService  where the trouble was noticed
 * @param unmeasuredCallees  services that a service calls and about which nothing is measured
 * @param coverage  services of which something is not known
 * @returns verdict and reasons; INCONCLUSIVE for no causes
 * Cost O(causes * evidence). Source: RCA specification, section 7, verdict rules.
 */
export function judgeVerdict(
  causes: readonly Hypothesis[],
  evidence: readonly Evidence[],
  gaps: readonly DataGap[],
  targetService: string,
  unmeasuredCallees: (service: ServiceName) => readonly ServiceName[] = () => [],
  coverage: readonly CoverageWarning[] = []
): VerdictReason {
  if (causes.length === 0) {
    return { verdict: 'INCONCLUSIVE', reasons: ['No service stands out as a cause.'] };
  }
  const hidden = causes.flatMap((cause) => hiddenBehind(cause, unmeasuredCallees(cause.service)));
  if (hidden.length > 0) {
    return { verdict: 'INCONCLUSIVE', reasons: hidden };
  }
  const missing = causes.flatMap((cause) => [
    ...missingFor(cause, evidence, targetService),
    ...littleKnown(cause, coverage),
  ]);
  const blind = gaps
    .filter((gap) => NEEDED_SOURCES.test(gap.source))
    .map((gap) => `Metrics were incomplete: ${gap.reason}.`);
  const least = Math.min(...causes.map((cause) => cause.confidence));
  if (least >= LIKELY) {
    const reasons = [...missing, ...blind];
    return reasons.length === 0
      ? { verdict: 'CONFIRMED', reasons: causes.map((cause) => confirmedReason(cause, evidence)) }
      : { verdict: 'LIKELY', reasons };
  }
  const weak = causes.find((cause) => cause.confidence === least) ?? causes[0];
  return {
    verdict: 'INCONCLUSIVE',
    reasons: [`${weak?.service ?? 'The cause'} has a confidence of ${percent(least)} only.`, ...missing, ...blind],
  };
}

/** Causes that show in a signal of the service itself, whatever it waits for. */
const DIRECT: ReadonlySet<CauseKind> = new Set<CauseKind>([
  'out-of-memory',
  'memory-pressure',
  'cpu-contention',
  'bad-deploy',
]);

function hiddenBehind({ service, cause }: Hypothesis, unmeasured: readonly ServiceName[]): string[] {
  return DIRECT.has(cause) || unmeasured.length === 0
    ? []
    : [`${service} calls ${unmeasured.join(', ')}, about which nothing is measured: the cause may lie there.`];
}

/** A picture with half of what it should show missing confirms nothing. */
const COMPLETE_ENOUGH = 0.5;

function littleKnown({ service }: Hypothesis, coverage: readonly CoverageWarning[]): string[] {
  return coverage
    .filter((warning) => warning.service === service && warning.score < COMPLETE_ENOUGH)
    .map(({ score }) => `Only ${percent(score)} of what ${service} should show is known.`);
}

function missingFor(cause: Hypothesis, evidence: readonly Evidence[], targetService: string): string[] {
  const families = evidenceFamilies(cause, evidence);
  const measured =
    cause.service === targetService || (cause.path.length > 0 && cause.path.every((hop) => hop.measured));
  return [
    ...(cause.confidence < DOMINATES ? [`${cause.service} leads with ${percent(cause.confidence)}, below 90 %.`] : []),
    ...(cause.cause === 'unclassified' ? [`The signals of ${cause.service} name no known kind of cause.`] : []),
    ...(families.size < 2 ? [`Only one kind of evidence speaks for ${cause.service}.`] : []),
    ...(measured ? [] : [`The path from ${cause.service} to ${targetService} is not measured on every hop.`]),
  ];
}

/** Kinds of evidence that are independent of each other. */
function evidenceFamilies(cause: Hypothesis, evidence: readonly Evidence[]): ReadonlySet<string> {
  const cited = evidence.filter((item) => cause.evidence.includes(item.number));
  const families = new Set<string>(cited.map((item) => item.source));
  families.delete('metric');
  // A trace shows the same slowness that latency does.
  families.delete('trace');
  if (cited.some((item) => item.source === 'metric' && item.query === undefined)) {
    families.add('silence');
  }
  for (const kind of cause.signals) {
    families.add(SYMPTOMS.has(kind) ? 'symptom' : 'resource');
  }
  return families;
}

function confirmedReason(cause: Hypothesis, evidence: readonly Evidence[]): string {
  const families = [...evidenceFamilies(cause, evidence)].sort().join(', ');
  const cited = cause.evidence.map((number) => `[${number}]`).join('');
  return `${cause.service} leads with ${percent(cause.confidence)}; evidence: ${families} ${cited}; every hop of the path is measured.`;
}

function percent(ratio: number): string {
  return `${Math.floor(ratio * 100)} %`;
}
