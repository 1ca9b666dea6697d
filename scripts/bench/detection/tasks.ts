import { type AttributionCounts, countAttribution } from '../metrics/attribution.ts';
import { countEvents } from '../metrics/events.ts';
import type { EventCounts } from '../metrics/precision-recall.ts';
import { conventionOf, type Entity, readEntity } from '../packs/multivariate-pack.ts';
import { type NabFile, readNabFile, readNabWindows } from '../packs/nab-pack.ts';
import {
  FEATURES,
  FIRST_SCORED_ROW,
  generateService,
  type IncidentKind,
  type SyntheticService,
} from '../synthetic/synthetic-service.ts';
import { type AtLevels, atLevels } from './levels.ts';
import { nabStreams, type NabStreams } from './nab-streams.ts';
import type { FiguresByStream } from './pool-figures.ts';
import { ENSEMBLE, runService, type ServiceStreams } from './service-streams.ts';
import { streamFigures } from './stream-figures.ts';

/** Floor of anonymous values that lie between 0 and 1. */
const ANONYMOUS_FLOOR = 0.02;
const SYNTHETIC_STEP_SECONDS = 300;
const ROWS_AFTER_INCIDENT = 3;

/** One piece of work; small enough that two cores end at about the same time. */
export type BenchTask =
  | { readonly kind: 'nab'; readonly directory: string; readonly file: string }
  | {
      readonly kind: 'entity';
      readonly directory: string;
      readonly key: string;
      readonly entity: string;
      readonly contamination: number;
      readonly seed: number;
    }
  | { readonly kind: 'synthetic'; readonly seed: number; readonly service: number; readonly sigma: number };

/** Streams of one NAB file. */
export interface NabResult {
  readonly windows: NabFile['windows'];
  readonly rows: number;
  readonly streams: NabStreams;
}

/** Figures of one entity for one contamination. */
export interface EntityResult {
  readonly metrics: number;
  readonly stepSeconds: number;
  readonly figures: FiguresByStream;
  /** By the share of each metric in the score of the service, where it is largest. */
  readonly attribution: AttributionCounts;
}

/** Figures of one generated service. */
export interface SyntheticResult {
  readonly figures: FiguresByStream;
  readonly verdict: { readonly WARNING: EventCounts; readonly CRITICAL: EventCounts };
  readonly alerts: AtLevels<number>;
  /** The largest surprisal of the ensemble in and just after each incident. */
  readonly peaks: readonly { readonly kind: IncidentKind; readonly surprisal: number }[];
}

/** Result of a task by its kind. */
export interface ResultOf {
  readonly nab: NabResult;
  readonly entity: EntityResult;
  readonly synthetic: SyntheticResult;
}

/** Does one piece of work. */
export function runTask(task: BenchTask): ResultOf[BenchTask['kind']] {
  switch (task.kind) {
    case 'nab':
      return runNab(task.directory, task.file);
    case 'entity':
      return runEntity(readEntity(task.directory, task.entity, task.key), task);
    case 'synthetic':
      return runSynthetic(generateService(task.seed, task.service, task.sigma), task);
  }
}

function runNab(directory: string, name: string): NabResult {
  const file = readNabFile(directory, name, readNabWindows(directory));
  return { windows: file.windows, rows: file.values.length, streams: nabStreams(file) };
}

function runEntity(entity: Entity, task: Extract<BenchTask, { kind: 'entity' }>): EntityResult {
  const { stepSeconds } = conventionOf(task.key, entity.train.length);
  const run = runService({
    name: `${task.key}/${entity.name}`,
    featureNames: entity.train.map((_, index) => `m${index + 1}`),
    history: entity.train,
    scored: entity.test,
    stepSeconds,
    contamination: task.contamination,
    seed: task.seed,
    floor: ANONYMOUS_FLOOR,
  });
  const metrics = entity.train.length;
  return {
    metrics,
    stepSeconds,
    figures: figuresOf(entity.labels, run),
    attribution: countAttribution(entity.interpretations, run.streams[ENSEMBLE]?.ranking ?? [], (row) =>
      run.shares.subarray(row * metrics, (row + 1) * metrics)
    ),
  };
}

function runSynthetic(service: SyntheticService, task: Extract<BenchTask, { kind: 'synthetic' }>): SyntheticResult {
  const labels = service.labels.subarray(FIRST_SCORED_ROW);
  const run = runService({
    name: `generated service ${task.service}`,
    featureNames: FEATURES,
    history: service.columns.map((column) => column.subarray(0, FIRST_SCORED_ROW)),
    scored: service.columns.map((column) => column.subarray(FIRST_SCORED_ROW)),
    stepSeconds: SYNTHETIC_STEP_SECONDS,
    contamination: 0,
    seed: task.seed,
    floor: 0,
  });
  const { surprisal } = run.streams[ENSEMBLE] ?? { surprisal: new Float64Array(labels.length) };
  return {
    figures: task.sigma > 0 ? figuresOf(labels, run) : {},
    verdict: { WARNING: countEvents(labels, run.verdict, 3), CRITICAL: countEvents(labels, run.verdict, 5) },
    alerts: atLevels((threshold) => countEvents(labels, surprisal, threshold).alerts),
    peaks: service.incidents.map(({ kind, start, end }) => ({
      kind,
      surprisal: Math.max(
        ...surprisal.subarray(start - FIRST_SCORED_ROW, end - FIRST_SCORED_ROW + ROWS_AFTER_INCIDENT)
      ),
    })),
  };
}

function figuresOf(labels: Uint8Array, { streams }: ServiceStreams): FiguresByStream {
  return Object.fromEntries(Object.entries(streams).map(([name, stream]) => [name, streamFigures(labels, stream)]));
}
