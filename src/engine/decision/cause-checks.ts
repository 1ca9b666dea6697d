import type { CauseKind, ServiceKind, ServiceName, VerificationCheck } from '#model';
import type { RankedCandidate } from '../rca/rank.ts';
import { checkName } from './recovery-checks.ts';
import {
  cacheMemoryQuery,
  callOverheadQuery,
  containerMemoryQuery,
  errorRatioQuery,
  latencyQuery,
  poolUtilisationQuery,
  refusedCallsQuery,
  restartsQuery,
  throttlingQuery,
} from './verification-query.ts';

/** What the checks of one cause are made from. */
export interface CheckContext {
  readonly kind: ServiceKind;
  readonly cause: CauseKind;
  /** For a slow edge, the calling side. */
  readonly caller?: ServiceName;
  /** Upper edge of the normal band of a signal of the cause, where its baseline is known. */
  readonly upper: (kind: 'latency' | 'error-ratio' | 'client-latency') => number | undefined;
}

type CheckMaker = (service: ServiceName, context: CheckContext) => VerificationCheck | undefined;

const latencyCheck: CheckMaker = (service, { kind, upper }) => {
  const threshold = upper('latency');
  return threshold === undefined
    ? undefined
    : below(service, 'latency p95 back to normal', latencyQuery(service, kind), threshold, 'seconds');
};

const errorCheck: CheckMaker = (service, { kind, upper }) =>
  below(service, 'error ratio back to normal', errorRatioQuery(service, kind), upper('error-ratio') ?? 0.05, 'ratio');

const memoryCheck: CheckMaker = (service, { kind }) =>
  kind === 'cache'
    ? below(service, 'memory below 90 % of its limit', cacheMemoryQuery(service), 0.9, 'ratio')
    : below(service, 'memory below 95 % of its limit', containerMemoryQuery(service), 0.95, 'ratio');

const CHECKS: Record<CauseKind, readonly CheckMaker[]> = {
  'slow-query': [latencyCheck],
  'bad-deploy': [errorCheck, latencyCheck],
  'out-of-memory': [
    (service) => below(service, 'no restart within two minutes', restartsQuery(service), 0.5, 'count'),
    memoryCheck,
  ],
  'memory-pressure': [memoryCheck],
  'pool-exhaustion': [
    (service) => below(service, 'connection pools below 80 %', poolUtilisationQuery(service), 0.8, 'ratio'),
  ],
  'external-rate-limit': [
    (service) => below(service, 'refused calls below 2 %', refusedCallsQuery(service), 0.02, 'ratio'),
  ],
  'cpu-contention': [
    (service) => below(service, 'throttled periods below 20 %', throttlingQuery(service), 0.2, 'ratio'),
    latencyCheck,
  ],
  'network-latency': [
    (service, { caller, upper }) =>
      caller === undefined
        ? undefined
        : below(
            service,
            'call overhead back to normal',
            callOverheadQuery(caller, service),
            upper('client-latency') ?? 0.05,
            'seconds'
          ),
  ],
  unreachable: [errorCheck],
  overload: [latencyCheck, errorCheck],
  unclassified: [latencyCheck, errorCheck],
};

/**
 * Checks that show whether a cause is gone, on the cause's own signal.
 *
 * @param candidate  the cause
 * @param context  its kind of node and normal levels
 * @returns at least one check; each query yields one sample, and none where the signal is missing
 * Cost O(1).
 */
export function causeChecks(candidate: RankedCandidate, context: CheckContext): VerificationCheck[] {
  const { service } = candidate;
  const made = CHECKS[context.cause].flatMap((make) => make(service, context) ?? []);
  return made.length > 0 ? made : [errorCheck(service, context)].flatMap((check) => check ?? []);
}

function below(service: ServiceName, what: string, query: string, threshold: number, unit: string): VerificationCheck {
  return {
    name: checkName(service, what),
    query,
    operator: '<',
    threshold: Number(threshold.toPrecision(3)),
    unit,
  };
}
