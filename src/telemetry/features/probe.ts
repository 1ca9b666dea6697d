import type { DataGap, EpochMs, Labels } from '#model';
import { TelemetryError } from '../errors.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { mapConcurrently } from '../signals/concurrency.ts';

const CONCURRENT_PROBES = 4;
/** So many series of one probe are looked at; more are a gap. */
const MAX_ROWS = 20_000;
const GIVE_UP_AFTER = 4;

/** Why what was not asked in time is a gap. */
export const TOO_LATE = 'Not looked for: discovery took too long.';

/** What ends discovery: the caller, which is an error, or its own deadline, which leaves gaps. */
export interface ProbeSignals {
  readonly signal: AbortSignal | undefined;
  readonly deadline: AbortSignal;
}

/** The rows of every probe that was answered, and why others were not. */
export interface ProbeAnswers {
  readonly rows: ReadonlyMap<string, readonly Labels[]>;
  readonly gaps: readonly DataGap[];
}

/**
 * Asks instant queries whose labels are all that matters, each once. A probe that fails is a gap.
 * @param deadline ends the probes that are still to come, which become gaps
 * @throws TelemetryError when the caller cancels, or when the first probes all fail
 */
export async function askProbes(
  prometheus: Pick<PrometheusClient, 'query'>,
  probes: readonly (readonly [expr: string, name: string])[],
  atMs: EpochMs,
  { signal, deadline }: ProbeSignals
): Promise<ProbeAnswers> {
  const gaps: DataGap[] = [];
  const rows = new Map<string, readonly Labels[]>();
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let failures = 0;
  await mapConcurrently([...new Map(probes)], CONCURRENT_PROBES, async ([expr, name]) => {
    const source = `prometheus:feature-${name}`;
    try {
      const { samples, warnings } = await prometheus.query(expr, atMs, { signal: either });
      gaps.push(...warnings.map((reason) => ({ source, reason })));
      if (samples.length > MAX_ROWS) {
        gaps.push({
          source,
          reason: `${samples.length} series; only ${MAX_ROWS} were looked at. Narrow the namespace.`,
        });
      }
      rows.set(
        expr,
        samples.slice(0, MAX_ROWS).map(({ labels }) => labels)
      );
    } catch (error) {
      failures += 1;
      if (!(error instanceof TelemetryError) || signal?.aborted || (rows.size === 0 && failures >= GIVE_UP_AFTER)) {
        throw error;
      }
      const reason = deadline.aborted ? TOO_LATE : `${error.code}: ${error.message}`;
      gaps.push({ source, reason });
    }
  });
  return { rows, gaps };
}
