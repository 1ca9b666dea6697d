import { SERIES_DETECTORS } from '#engine';
import { HOLD_OFF_POINTS } from '../metrics/hold-off.ts';
import { pool } from '../metrics/precision-recall.ts';
import { INCIDENT_KINDS, SCORED_DAYS } from '../synthetic/synthetic-service.ts';
import { type DetectionArguments, SYNTHETIC } from './arguments.ts';
import { atLevels, LEVELS } from './levels.ts';
import { nabFigures } from './nab-figures.ts';
import { CONTAMINATIONS, HEALTHY, type Section } from './plan.ts';
import { type FiguresByStream, meanOf, poolEvents, poolFigures } from './pool-figures.ts';
import { ENSEMBLE } from './service-streams.ts';
import type { StreamFigures } from './stream-figures.ts';
import type { BenchTask, EntityResult, NabResult, SyntheticResult } from './tasks.ts';

/** Turns the results of a section's tasks, in their order, into its part of the answer. */
export function summarise(section: Section, results: readonly unknown[], args: DetectionArguments): object {
  switch (section.format) {
    case 'nab':
      return summariseNab(results as readonly NabResult[]);
    case 'multivariate':
      return summariseEntities(section.tasks as readonly EntityTask[], results as readonly EntityResult[], args);
    case SYNTHETIC:
      return summariseSynthetic(section.tasks as readonly SyntheticTask[], results as readonly SyntheticResult[], args);
  }
}

function summariseNab(files: readonly NabResult[]): object {
  const judge = (pick: (file: NabResult) => Float64Array | undefined): object =>
    nabFigures(files.map((file) => ({ windows: file.windows, stream: pick(file) ?? new Float64Array(file.rows) })));
  return {
    files: files.length,
    windows: files.reduce((sum, file) => sum + file.windows.length, 0),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    holdOffPoints: HOLD_OFF_POINTS,
    ensemble: judge((file) => file.streams.ensemble),
    light: judge((file) => file.streams.light),
    detectors: Object.fromEntries(
      SERIES_DETECTORS.map((detector) => [detector, judge((file) => file.streams.detectors[detector])])
    ),
  };
}

type EntityTask = Extract<BenchTask, { kind: 'entity' }>;

function summariseEntities(
  tasks: readonly EntityTask[],
  results: readonly EntityResult[],
  { contamination }: DetectionArguments
): object {
  const at = (share: number): readonly EntityResult[] =>
    results.filter((_, index) => tasks[index]?.contamination === share);
  const headline = at(contamination);
  const block = (stream: string): object =>
    poolFigures(
      pickStream(headline, stream),
      Object.fromEntries(CONTAMINATIONS.map((share) => [String(share), pickStream(at(share), stream)]))
    );
  return {
    entities: headline.length,
    metrics: headline[0]?.metrics ?? 0,
    stepSeconds: headline[0]?.stepSeconds ?? 0,
    contamination,
    ensemble: block(ENSEMBLE),
    detectors: Object.fromEntries(detectorsOf(headline).map((id) => [id, block(id)])),
    attribution: summariseAttribution(headline.map((result) => result.attribution)),
  };
}

function summariseAttribution(counts: readonly EntityResult['attribution'][]): object {
  const sum = (pick: (count: EntityResult['attribution']) => number): number =>
    counts.reduce((total, count) => total + pick(count), 0);
  const incidents = sum((count) => count.incidents);
  return { incidents, top1: sum((count) => count.top1) / incidents, top3: sum((count) => count.top3) / incidents };
}

type SyntheticTask = Extract<BenchTask, { kind: 'synthetic' }>;

function summariseSynthetic(
  tasks: readonly SyntheticTask[],
  results: readonly SyntheticResult[],
  { services, seed, sigma }: DetectionArguments
): object {
  const at = (size: number): readonly SyntheticResult[] => results.filter((_, index) => tasks[index]?.sigma === size);
  return {
    services,
    seed,
    contamination: 0,
    ...Object.fromEntries(sigma.map((size) => [`sigma${size}`, summariseSigma(at(size))])),
    healthy: {
      alertsPerServiceDay: atLevels(
        (_threshold, level) =>
          at(HEALTHY).reduce((sum, result) => sum + result.alerts[level], 0) / (SCORED_DAYS * services)
      ),
    },
  };
}

function summariseSigma(results: readonly SyntheticResult[]): object {
  const block = (stream: string) => {
    const figures = pickStream(results, stream);
    return { vusPr: meanOf(figures, ({ vusPr }) => vusPr), events: poolEvents(figures) };
  };
  const ensemble = block(ENSEMBLE);
  return {
    ...ensemble.events['0.80'],
    ensemble,
    detectors: Object.fromEntries(detectorsOf(results).map((id) => [id, block(id)])),
    verdict: {
      WARNING: pool(results.map(({ verdict }) => verdict.WARNING)),
      CRITICAL: pool(results.map(({ verdict }) => verdict.CRITICAL)),
    },
    recallByKind: Object.fromEntries(INCIDENT_KINDS.map((kind) => [kind, recallOf(kind, results)])),
  };
}

function recallOf(kind: string, results: readonly SyntheticResult[]): number {
  const peaks = results.flatMap((result) => result.peaks.filter((peak) => peak.kind === kind));
  return peaks.filter(({ surprisal }) => surprisal >= LEVELS['0.80']).length / peaks.length;
}

function pickStream(results: readonly { figures: FiguresByStream }[], stream: string): readonly StreamFigures[] {
  return results.map(({ figures }) => figures[stream]).filter((figures) => figures !== undefined);
}

/** Detectors that any of the models has; a model may lack one. */
function detectorsOf(results: readonly { figures: FiguresByStream }[]): readonly string[] {
  return [...new Set(results.flatMap(({ figures }) => Object.keys(figures)))].filter((id) => id !== ENSEMBLE);
}
