import type { AnomaliesAnswer, HeatCell } from '#contracts';
import { anomalyLevel } from '#engine';
import type { EpochMs, LogAnomaly, QualityCheck } from '#model';
import { readReplay } from '../detection/read-replay.ts';
import { qualityChecks } from '../detection/quality-checks.ts';
import { seriesQuality } from '../detection/series-quality.ts';
import { type Timeline, toTimeline } from '../detection/timeline.ts';
import { BackendError } from '../errors.ts';
import { toProblem, toProblems } from '../problems.ts';
import { raceAbort } from '../signals/single-flight.ts';
import { readEpochMs, readWhole } from './parameters.ts';
import type { ResourceCall } from './router.ts';

const HOUR_MS = 3_600_000;
const MAX_RANGE_MS = 30 * 24 * HOUR_MS;
const DEFAULT_CELLS = 60;
const MAX_CELLS = 500;
const MAX_QUALITY = 2000;

interface Range {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly cells: number;
}

/**
 * `GET anomalies?from=<ms>&to=<ms>&cells=<n>`: services x time, the newest verdicts, quality and logs. A Prometheus that
 * cannot be read is a problem in the answer, with no row in it: unknown, not normal.
 */
export async function answerAnomalies(call: ResourceCall): Promise<AnomaliesAnswer> {
  const { datasource, signal } = call;
  const range = readRange(call);
  const cellMs = Math.max(
    datasource.settings.watch.collectSeconds * 1000,
    Math.ceil((range.toMs - range.fromMs) / range.cells)
  );
  const shape = { fromMs: range.fromMs, toMs: range.toMs, cellSeconds: cellMs / 1000 };
  try {
    const { judgement, gaps, graphError } = await datasource.assess(range.toMs, signal);
    const timeline = await readTimeline(call, range);
    const clients = new Set(judgement.graph.nodes.filter(({ kind }) => kind === 'client').map(({ name }) => name));
    const tracks = (datasource.detection.newest?.services ?? []).filter(({ service }) => !clients.has(service));
    const series = tracks.flatMap((track) => [...track.series.values()]);
    const quality = series.map((track) => seriesQuality(track, range.toMs));
    const checks: readonly QualityCheck[] = tracks.flatMap((track) => qualityChecks(track, range.toMs));
    return {
      ...shape,
      rows: timeline.scores
        .filter(({ service }) => !clients.has(service))
        .map(({ service, timesMs, scores }) => ({ service, cells: toCells(range, cellMs, timesMs, scores) })),
      services: judgement.services,
      quality: quality
        .toSorted((a, b) => Number(a.verdict === 'ok') - Number(b.verdict === 'ok'))
        .slice(0, MAX_QUALITY),
      checks,
      logs: call.watch?.logAnomalies.filter(({ atMs }) => atMs >= range.fromMs && atMs <= range.toMs) ?? NO_LOGS,
      problems: [...(graphError ? [toProblem('prometheus', graphError)] : []), ...toProblems(gaps)],
    };
  } catch (error) {
    signal.throwIfAborted();
    const problems = [toProblem('prometheus', error)];
    return { ...shape, rows: [], services: [], quality: [], checks: [], logs: NO_LOGS, problems };
  }
}

const NO_LOGS: readonly LogAnomaly[] = [];

function readRange({ parameters, datasource }: ResourceCall): Range {
  const nowMs = datasource.clock.now();
  const toMs = Math.min(readEpochMs(parameters, 'to') ?? nowMs, nowMs);
  const fromMs = readEpochMs(parameters, 'from') ?? toMs - 6 * HOUR_MS;
  if (!(fromMs < toMs) || toMs - fromMs > MAX_RANGE_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The range is empty, in the future, or longer than 30 days.');
  }
  return {
    fromMs,
    toMs,
    cells: readWhole(parameters, 'cells', { fallback: DEFAULT_CELLS, minimum: 1, maximum: MAX_CELLS }),
  };
}

async function readTimeline({ datasource, signal }: ResourceCall, { fromMs, toMs }: Range): Promise<Timeline> {
  const { detection } = datasource;
  const request = { fromMs, toMs, maxPoints: Number.MAX_SAFE_INTEGER };
  const { runtime } = await raceAbort(detection.current(), signal);
  if (detection.covers(fromMs)) {
    return toTimeline(runtime.services, { ...request, stepSeconds: runtime.config.collectSeconds });
  }
  const { output } = await readReplay(datasource, { fromMs, toMs }, request, signal);
  return output.timeline;
}

/** The highest score inside each cell; null and unknown where no score is known. */
function toCells(
  { fromMs, toMs }: Range,
  cellMs: number,
  timesMs: Float64Array,
  scores: Float64Array
): readonly HeatCell[] {
  const length = Math.max(1, Math.ceil((toMs - fromMs) / cellMs));
  const highest = new Array<number>(length).fill(Number.NaN);
  timesMs.forEach((atMs, i) => {
    const cell = Math.min(length - 1, Math.floor((atMs - fromMs) / cellMs));
    const score = scores[i] ?? Number.NaN;
    if (cell >= 0 && !Number.isNaN(score) && !(score <= (highest[cell] ?? Number.NaN))) {
      highest[cell] = score;
    }
  });
  return highest.map((score, i) => {
    const atMs = fromMs + i * cellMs;
    if (Number.isNaN(score)) {
      return { atMs, score: null, level: 'unknown' };
    }
    const expected = { lower: 0, centre: 0, upper: 0 };
    return { atMs, score, level: anomalyLevel({ kind: 'scored', score, surprisal: 0, expected, direction: 'above' }) };
  });
}
