import type { DataGap, EpochMs, FeatureCoverage } from '#model';
import { TelemetryError } from '../errors.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { readsCounter } from '../promql/counter.ts';
import { mapConcurrently } from '../signals/concurrency.ts';
import { TOO_LATE, type ProbeSignals } from './probe.ts';
import type { FeatureQuery, UserSignalDefinition } from './feature-plan.ts';

const NAME = /^[a-z][a-z0-9_-]{0,59}$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/;
const MAX_QUERY_LENGTH = 2000;
const MAX_SIGNALS = 50;
const CONCURRENT_PROBES = 4;
const MAX_SERVICES = 2000;

/** Source that people read for signals of their own. */
export const USER_SOURCE = 'user-defined';

/** Own signals that can be read, and what is wrong with the others. */
export interface UserSignalAnswer {
  readonly queries: readonly FeatureQuery[];
  readonly coverage: readonly FeatureCoverage[];
  readonly gaps: readonly DataGap[];
}

/** What is wrong with a definition; undefined when nothing is. */
function problemOf(definition: UserSignalDefinition, earlier: readonly UserSignalDefinition[]): string | undefined {
  if (!NAME.test(definition.name)) {
    return 'The name may have lower-case letters, digits, - and _, and begins with a letter.';
  }
  if (earlier.some(({ name }) => name === definition.name)) {
    return 'Another signal has this name; only the first is read.';
  }
  if (definition.query.trim() === '' || definition.query.length > MAX_QUERY_LENGTH) {
    return `The query must have 1 to ${MAX_QUERY_LENGTH} characters.`;
  }
  if (!LABEL.test(definition.serviceLabel)) {
    return 'The label of the service is no label name.';
  }
  return definition.limit !== undefined && !(definition.limit > 0 && Number.isFinite(definition.limit))
    ? 'The limit must be a number above 0.'
    : undefined;
}

/**
 * Tries every signal that the user defined once, as it is. One that cannot be read, has no series, or has series
 * without the label of the service is recorded as a gap with its name; the others are read.
 * @throws TelemetryError when the caller cancels
 */
export async function planUserSignals(
  prometheus: Pick<PrometheusClient, 'query'>,
  definitions: readonly UserSignalDefinition[],
  atMs: EpochMs,
  { signal, deadline }: ProbeSignals
): Promise<UserSignalAnswer> {
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  const answers = await mapConcurrently(
    definitions.slice(0, MAX_SIGNALS),
    CONCURRENT_PROBES,
    async (definition, at) => {
      const problem = problemOf(definition, definitions.slice(0, at));
      if (problem !== undefined) {
        return failed(definition, problem);
      }
      try {
        const { samples, warnings } = await prometheus.query(definition.query, atMs, { signal: either });
        const labels = samples.map((sample) => sample.labels[definition.serviceLabel] ?? '');
        return toAnswer(definition, labels, warnings);
      } catch (error) {
        if (error instanceof TelemetryError && !signal?.aborted) {
          return failed(definition, deadline.aborted ? TOO_LATE : `${error.code}: ${error.message}`);
        }
        throw error;
      }
    }
  );
  const dropped = definitions.length - MAX_SIGNALS;
  const reason = `Only the first ${MAX_SIGNALS} own signals are read.`;
  return {
    queries: answers.flatMap(({ queries }) => queries),
    coverage: answers.flatMap(({ coverage }) => coverage),
    gaps: [
      ...answers.flatMap(({ gaps }) => gaps),
      ...(dropped > 0 ? [{ source: `prometheus:${USER_SOURCE}`, reason }] : []),
    ],
  };
}

function gapOf({ name }: UserSignalDefinition, reason: string): DataGap {
  return { source: `prometheus:user/${name}`, reason };
}

function failed(definition: UserSignalDefinition, reason: string): UserSignalAnswer {
  return { queries: [], coverage: [missing(definition, reason)], gaps: [gapOf(definition, reason)] };
}

function missing({ name }: UserSignalDefinition, cost: string): FeatureCoverage {
  return { service: '', profile: 'service', feature: `user:${name}`, found: false, source: '', query: '', cost };
}

function toAnswer(
  definition: UserSignalDefinition,
  owners: readonly string[],
  warnings: readonly string[]
): UserSignalAnswer {
  const services = [...new Set(owners)]
    .filter((name) => name !== '')
    .sort()
    .slice(0, MAX_SERVICES);
  const gaps = warnings.map((reason) => gapOf(definition, reason));
  const label = definition.serviceLabel;
  if (owners.length > 0 && services.length === 0) {
    const reason = `No series has the label ${label}, so that no service can be named. Add it to the query or name another.`;
    return { queries: [], coverage: [missing(definition, reason)], gaps: [...gaps, gapOf(definition, reason)] };
  }
  if (owners.length === 0) {
    gaps.push(gapOf(definition, 'The query has no series now.'));
  } else if (owners.includes('')) {
    gaps.push(gapOf(definition, `Series without the label ${label} are not read.`));
  }
  const query = toQuery(definition);
  const found = services.map((service): FeatureCoverage => {
    const { profile, feature, source, expr } = query;
    return { service, profile, feature, found: true, source, query: expr, cost: '' };
  });
  return {
    queries: [query],
    coverage: found.length > 0 ? found : [missing(definition, 'The query has no series now.')],
    gaps,
  };
}

function toQuery({ name, query, serviceLabel, unit, harm, limit }: UserSignalDefinition): FeatureQuery {
  return {
    id: `service/user:${name}/${USER_SOURCE}`,
    from: 'prometheus',
    profile: 'service',
    feature: `user:${name}`,
    source: USER_SOURCE,
    expr: query,
    kind: 'user-defined',
    unit,
    harm,
    ...(readsCounter(query) ? { counter: true } : {}),
    ownerLabels: [serviceLabel],
    combine: 'only',
    ...(limit === undefined ? {} : { limit }),
  };
}
