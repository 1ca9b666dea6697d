import type { ActionKind, ActionParameters, ActionTarget, CauseKind, Seconds, ServiceKind, ServiceName } from '#model';
import { latencyShare } from '../rca/explained.ts';
import { ofKinds, type RcaCase } from '../rca/rca-case.ts';
import type { RankedCandidate } from '../rca/rank.ts';
import { findIndexColumn } from './index-column.ts';
import type { AnalysisInput } from '../analysis-input.ts';

/** One thing that may be done about a cause, before it becomes a proposal. */
export interface ActionOption {
  readonly action: ActionKind;
  readonly target: ActionTarget;
  readonly parameters: ActionParameters;
  /** Why it fits, without citations, no full stop. */
  readonly why: string;
  readonly expectedSeconds: Seconds;
  /** Removes the cause; otherwise it only eases the symptom. */
  readonly cures: boolean;
}

/** What the options of one cause are derived from. */
export interface OptionContext {
  readonly rca: RcaCase;
  readonly input: AnalysisInput;
  readonly candidate: RankedCandidate;
  readonly cause: CauseKind;
}

type OptionMaker = (context: OptionContext) => ActionOption | undefined;

/** Factor by which replicas and memory grow (A11.9), and bounds of the catalogue. */
const GROWTH = 1.5;
const MAX_REPLICAS = 20;
const MIN_LIMIT_BYTES = 67_108_864;
const MAX_LIMIT_BYTES = 8_589_934_592;
const MEBIBYTE = 1_048_576;
const LIMIT_SECONDS = 1800;
/** A deployment this young may be rolled back whatever the cause. */
const FRESH_DEPLOY_MS = 10 * 60_000;

const OPTIONS: Record<CauseKind, readonly OptionMaker[]> = {
  'slow-query': [createIndex, limitHeaviestCaller],
  'bad-deploy': [rollback],
  'out-of-memory': [raiseMemoryLimit, restart],
  'memory-pressure': [raiseMemoryLimit, restart],
  'pool-exhaustion': [restart, scale],
  'external-rate-limit': [limitEdge, breakEdge],
  'cpu-contention': [scale, restart],
  'network-latency': [restart, breakEdge],
  unreachable: [restart, breakEdge],
  overload: [scale, limitService],
  unclassified: [],
};

/**
 * What may be done about one cause, best first.
 *
 * @param context  the cause and the data that parameters are derived from
 * @returns options whose parameters could be derived within the bounds of the catalogue; at least a note to a person
 * Cost O(signals + log lines).
 */
export function actionOptions(context: OptionContext): ActionOption[] {
  const change = context.rca.changes(context.candidate.service)[0];
  const isFresh = change?.kind === 'deploy' && context.rca.onsetMs - change.atMs < FRESH_DEPLOY_MS;
  const makers = [...OPTIONS[context.cause], ...(isFresh && context.cause !== 'bad-deploy' ? [rollback] : [])];
  const made = makers.flatMap((make) => make(context) ?? []);
  return made.some((option) => option.cures) ? made : [...made, askPerson(context)];
}

function kindOf({ rca, candidate }: OptionContext): ServiceKind {
  return rca.adjacency.kind(candidate.service);
}

function targetOf(context: OptionContext): ActionTarget | undefined {
  const kind = kindOf(context);
  const name = context.candidate.service;
  if (kind === 'service') {
    return { kind: 'deployment', name };
  }
  return kind === 'database' || kind === 'cache' ? { kind, name } : undefined;
}

function createIndex(context: OptionContext): ActionOption | undefined {
  const { service } = context.candidate;
  const scans = ofKinds(context.rca.evidence(service), ['sequential-scans'])
    .filter((item) => item.signal.series.labels['relname'] !== undefined)
    .toSorted((left, right) => right.score.delta - left.score.delta)[0];
  const table = scans?.signal.series.labels['relname'] ?? scans?.signal.id.split('/')[2];
  const column = table === undefined ? undefined : findIndexColumn(table, context.input);
  if (table === undefined || column === undefined || kindOf(context) !== 'database') {
    return undefined;
  }
  return {
    action: 'create-index',
    target: { kind: 'database', name: service },
    parameters: { table, column },
    why: `lookups in ${table} by ${column} scan the whole table`,
    expectedSeconds: 180,
    cures: true,
  };
}

function rollback(context: OptionContext): ActionOption | undefined {
  const { service } = context.candidate;
  const change = context.rca.changes(service)[0];
  const version = change?.previousVersion === undefined ? '' : ` to ${change.previousVersion.slice(0, 40)}`;
  return kindOf(context) === 'service'
    ? {
        action: 'rollback',
        target: { kind: 'deployment', name: service },
        parameters: {},
        why: `rolling ${service} back${version} undoes the change that preceded the trouble`,
        expectedSeconds: 120,
        cures: true,
      }
    : undefined;
}

function raiseMemoryLimit(context: OptionContext): ActionOption | undefined {
  const target = targetOf(context);
  const limit = memoryLimit(context);
  if (target === undefined || target.kind === 'database' || limit === undefined) {
    return undefined;
  }
  const wanted = Math.ceil((limit * GROWTH) / MEBIBYTE) * MEBIBYTE;
  return {
    action: 'set-memory-limit',
    target,
    parameters: { limitBytes: Math.max(MIN_LIMIT_BYTES, Math.min(MAX_LIMIT_BYTES, wanted)) },
    why: `half as much memory again keeps ${target.name} below its limit`,
    expectedSeconds: 90,
    cures: wanted <= MAX_LIMIT_BYTES,
  };
}

/** Limit in bytes: memory in use divided by its share of the limit. The fullest share names the limit that is hit. */
function memoryLimit({ rca, candidate }: OptionContext): number | undefined {
  const evidence = rca.evidence(candidate.service);
  const used = ofKinds(evidence, ['memory'])[0];
  const shares = ofKinds(evidence, ['memory-utilisation']).toSorted((a, b) => b.score.high - a.score.high);
  const share = shares[0]?.score.high ?? 0;
  return used !== undefined && share > 0 ? used.score.high / share : undefined;
}

function restart(context: OptionContext): ActionOption | undefined {
  const target = targetOf(context);
  const why: Partial<Record<CauseKind, string>> = {
    'pool-exhaustion': 'a restart gives back connections that were never returned',
    'network-latency': 'a restart places it on another node',
    unreachable: 'it refuses connections and a restart brings it back',
  };
  return (
    target && {
      action: 'restart',
      target,
      parameters: {},
      why: why[context.cause] ?? 'a restart frees what it holds, for a while',
      expectedSeconds: 60,
      cures: why[context.cause] !== undefined,
    }
  );
}

function scale(context: OptionContext): ActionOption | undefined {
  const { service } = context.candidate;
  const replicas = context.input.replicas?.[service];
  if (replicas === undefined || kindOf(context) !== 'service' || replicas >= MAX_REPLICAS) {
    return undefined;
  }
  const wanted = Math.min(MAX_REPLICAS, Math.max(replicas + 1, Math.ceil(replicas * GROWTH)));
  return {
    action: 'scale',
    target: { kind: 'deployment', name: service },
    parameters: { replicas: wanted },
    why: `${wanted} instead of ${replicas} replicas spread its load`,
    expectedSeconds: 120,
    cures: context.cause !== 'pool-exhaustion',
  };
}

function limitHeaviestCaller(context: OptionContext): ActionOption | undefined {
  const { rca, candidate } = context;
  const waited = (caller: ServiceName): number => rca.impact(caller) * latencyShare(rca, caller, candidate.service);
  const callers = rca
    .callers(candidate.service)
    .filter((caller) => rca.adjacency.kind(caller) === 'service')
    .toSorted((left, right) => waited(right) - waited(left));
  const caller = callers[0];
  return caller === undefined || waited(caller) === 0 ? undefined : limitDeployment(context, caller);
}

function limitService(context: OptionContext): ActionOption | undefined {
  return kindOf(context) === 'service' ? limitDeployment(context, context.candidate.service) : undefined;
}

function limitDeployment({ rca }: OptionContext, service: ServiceName): ActionOption | undefined {
  const rate = ofKinds(rca.evidence(service), ['request-rate'])[0]?.score.median;
  return rate === undefined || rate < 1
    ? undefined
    : {
        action: 'rate-limit',
        target: { kind: 'deployment', name: service },
        parameters: { requestsPerSecond: wholeRate(0.8 * rate), durationSeconds: LIMIT_SECONDS },
        why: `fewer requests to ${service} relieve what it calls until the cause is gone`,
        expectedSeconds: 60,
        cures: false,
      };
}

/** The caller that an external system refuses, and the rate it still accepted. */
function limitEdge(context: OptionContext): ActionOption | undefined {
  const { rca, candidate } = context;
  const caller = rca.callers(candidate.service)[0];
  const evidence = rca.evidence(candidate.service);
  const rate = ofKinds(evidence, ['request-rate'])[0]?.score;
  const refused = ofKinds(evidence, ['rejected-requests']).find((item) => item.signal.unit === 'ratio');
  if (caller === undefined || rate === undefined) {
    return undefined;
  }
  const accepted = rate.low * (1 - Math.min(0.95, Math.max(0, refused?.score.high ?? 0)));
  return {
    action: 'rate-limit',
    target: { kind: 'edge', name: caller, peer: candidate.service },
    parameters: {
      requestsPerSecond: wholeRate(0.8 * Math.min(rate.median, accepted)),
      durationSeconds: LIMIT_SECONDS,
    },
    why: `fewer calls from ${caller} stay within the quota of ${candidate.service}`,
    expectedSeconds: 60,
    cures: true,
  };
}

function breakEdge(context: OptionContext): ActionOption | undefined {
  const { rca, candidate } = context;
  const callers = rca.callers(candidate.service);
  const caller = callers.toSorted((left, right) => rca.errorImpact(right) - rca.errorImpact(left))[0];
  return caller === undefined
    ? undefined
    : {
        action: 'circuit-break',
        target: { kind: 'edge', name: caller, peer: candidate.service },
        parameters: { durationSeconds: 300 },
        why: `a circuit breaker keeps ${caller} from waiting for ${candidate.service}`,
        expectedSeconds: 60,
        cures: false,
      };
}

function wholeRate(rate: number): number {
  return Math.max(1, Math.min(10_000, Math.floor(rate)));
}

function askPerson({ candidate, cause }: OptionContext): ActionOption {
  const name = candidate.service.slice(0, 120);
  return {
    action: 'manual',
    target: { kind: 'deployment', name: candidate.service },
    parameters: {
      description: `Look at ${name}: ${cause.replaceAll('-', ' ')}. No automatic action is known to remove it.`,
    },
    why: 'no automatic action is known to remove this cause',
    expectedSeconds: 1800,
    cures: false,
  };
}
