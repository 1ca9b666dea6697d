import type { GuardFinding } from '#contracts';
import type { EpochMs } from '#model';
import type { GuardPolicy } from './guard-policy.ts';

/** What one plan wants to touch. */
export interface GuardedTarget {
  /** Equal for equal targets. */
  readonly key: string;
  readonly namespace?: string;
  /** Share of its pods that the action disturbs at once, 0 to 100; missing where nobody knows. */
  readonly percent?: number | undefined;
  /** Pods that it disturbs at once; missing where nobody knows. */
  readonly pods?: number | undefined;
}

/** A plan as far as guards look at it. */
export interface GuardedPlan {
  readonly targets: readonly GuardedTarget[];
  /** What it is done against: the incident and the service that is treated in it; one incident can have several causes. */
  readonly cause: string;
  readonly runbook: string;
  /** Services that would feel it; missing where the topology is not known. */
  readonly affectedServices?: number;
}

/** An earlier or running execution, as the ledger has it. */
export interface ExecutionFact {
  readonly targets: readonly { readonly key: string; readonly namespace?: string }[];
  readonly cause: string;
  readonly runbook: string;
  /** Missing when nothing was sent. */
  readonly effectMs?: EpochMs;
  readonly active: boolean;
}

/** A time in which nothing may be changed; set by administrators. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** Missing: every namespace. */
  readonly namespaces?: readonly string[] | undefined;
  readonly reason: string;
}

/** Everything that guards know. */
export interface GuardInput {
  readonly atMs: EpochMs;
  readonly plan: GuardedPlan;
  /** Of the last day or more, from durable state. */
  readonly executions: readonly ExecutionFact[];
  /** Times in which nothing may be changed. */
  readonly windows: readonly MaintenanceWindow[];
  readonly frozen?: { readonly actor: string; readonly reason: string };
}

/**
 * Everything that speaks against carrying out a plan now; empty when nothing does.
 *
 * Asked when a plan is made, when it is approved and right before every effect, each time from the ledger: a restart resets
 * nothing. A number that nobody knows counts as too large.
 *
 * @param input  plan, history and settings
 * @param policy  limits
 * @returns findings in a fixed order; the same input gives the same answer. Cost O(executions x targets).
 */
export function guardFindings(input: GuardInput, policy: GuardPolicy): readonly GuardFinding[] {
  return [freeze, maintenance, coolDown, concurrency, recurrence, blastRadius].flatMap((guard) => guard(input, policy));
}

function freeze({ frozen }: GuardInput): readonly GuardFinding[] {
  return frozen ? [{ guard: 'freeze', message: `Frozen by ${frozen.actor}: ${frozen.reason}` }] : [];
}

function maintenance({ atMs, plan, windows }: GuardInput): readonly GuardFinding[] {
  const touches = ({ namespaces }: MaintenanceWindow): boolean =>
    namespaces === undefined ||
    plan.targets.some(({ namespace }) => namespace === undefined || namespaces.includes(namespace));
  return windows
    .filter((window) => atMs >= window.fromMs && atMs < window.toMs && touches(window))
    .map(({ reason, toMs }) => ({
      guard: 'maintenance' as const,
      message: `A maintenance window is on: ${reason}`,
      untilMs: toMs,
    }));
}

function coolDown({ atMs, plan, executions }: GuardInput, policy: GuardPolicy): readonly GuardFinding[] {
  const last = (matches: (fact: ExecutionFact) => boolean): EpochMs =>
    Math.max(-Infinity, ...executions.filter(matches).map(({ effectMs }) => effectMs ?? -Infinity));
  const found = plan.targets.flatMap(({ key }) => {
    const untilMs =
      last(({ targets }) => targets.some((target) => target.key === key)) + policy.targetCoolDownSeconds * 1e3;
    return untilMs > atMs ? [finding('cool-down', `${key} was acted on a short while ago.`, untilMs)] : [];
  });
  const causeUntilMs =
    last(({ cause, runbook }) => cause === plan.cause && runbook === plan.runbook) + policy.causeCoolDownSeconds * 1e3;
  return causeUntilMs > atMs
    ? [...found, finding('cool-down', `${plan.runbook} was run for ${plan.cause} a short while ago.`, causeUntilMs)]
    : found;
}

function concurrency({ plan, executions }: GuardInput, policy: GuardPolicy): readonly GuardFinding[] {
  const active = executions.filter((fact) => fact.active);
  const busy = plan.targets
    .filter(({ key }) => active.some(({ targets }) => targets.some((target) => target.key === key)))
    .map(({ key }) => finding('concurrency', `Another execution works on ${key}.`));
  const spaces = [...new Set(plan.targets.flatMap(({ namespace }) => namespace ?? []))];
  const crowded = spaces
    .filter((namespace) => {
      const there = active.filter(({ targets }) => targets.some((target) => target.namespace === namespace));
      return there.length >= policy.maxConcurrentPerNamespace;
    })
    .map((namespace) =>
      finding('concurrency', `Namespace ${namespace} has ${policy.maxConcurrentPerNamespace} running execution(s).`)
    );
  const full =
    active.length >= policy.maxConcurrent ? [finding('concurrency', `${active.length} executions are running.`)] : [];
  return [...busy, ...crowded, ...full];
}

function recurrence({ atMs, plan, executions }: GuardInput, policy: GuardPolicy): readonly GuardFinding[] {
  const sinceMs = atMs - policy.recurrenceSeconds * 1e3;
  const keys = new Set(plan.targets.map(({ key }) => key));
  const attempts = executions.filter(
    ({ cause, effectMs, targets }) =>
      cause === plan.cause && effectMs !== undefined && effectMs > sinceMs && targets.some(({ key }) => keys.has(key))
  );
  return attempts.length >= policy.maxRecurrences
    ? [
        finding(
          'recurrence',
          `${plan.cause} was treated ${attempts.length} times; a person must find out why it returns.`
        ),
      ]
    : [];
}

function blastRadius({ plan }: GuardInput, { blastRadius: limits }: GuardPolicy): readonly GuardFinding[] {
  const { targets, affectedServices = Infinity } = plan;
  const tooMany =
    targets.length > limits.maxTargets
      ? [finding('blast-radius', `The plan touches ${targets.length} targets; at most ${limits.maxTargets}.`)]
      : [];
  const tooFar =
    affectedServices <= limits.maxAffectedServices
      ? []
      : [
          finding(
            'blast-radius',
            `${amount(affectedServices)} services would feel it; at most ${limits.maxAffectedServices}.`
          ),
        ];
  return [...tooMany, ...targets.flatMap((target) => disturbance(target, limits)), ...tooFar];
}

function disturbance(
  { key, namespace, percent = 100, pods = Infinity }: GuardedTarget,
  limits: GuardPolicy['blastRadius']
): readonly GuardFinding[] {
  const found: string[] = [];
  if (limits.maxPods !== undefined && !(pods <= limits.maxPods)) {
    found.push(`${key}: ${amount(pods)} pods would be disturbed; at most ${limits.maxPods}.`);
  }
  if (limits.namespaces && (namespace === undefined || !limits.namespaces.includes(namespace))) {
    found.push(`${key} lies in ${namespace ?? 'no namespace'}, which is not allowed.`);
  }
  if (!(percent <= limits.maxPercent)) {
    found.push(`${key}: ${percent} % of it would be disturbed; at most ${limits.maxPercent} %.`);
  }
  return found.map((message) => finding('blast-radius', message));
}

const amount = (value: number): string => (Number.isFinite(value) ? String(value) : 'an unknown number of');

function finding(guard: GuardFinding['guard'], message: string, untilMs?: EpochMs): GuardFinding {
  return { guard, message, ...(untilMs === undefined ? {} : { untilMs }) };
}
