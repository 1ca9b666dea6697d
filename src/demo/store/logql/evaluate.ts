import type { EpochMs } from '#model';
import type { LabelSet } from '../tsdb/labels.ts';
import { compareLabelSets, dropLabels, formatLabelSet, keepLabels, toLabelSet } from '../tsdb/labels.ts';
import { LogqlError } from './errors.ts';
import { ERROR_LABEL } from './extract.ts';
import type { LogStore, LogStream } from './log-store.ts';
import { lowerBound } from './log-store.ts';
import type { Grouping, LogSelector, LogqlQuery } from './parse.ts';

/** Lines with equal labels after the pipeline. */
export interface ResultStream {
  readonly labels: LabelSet;
  readonly entries: { readonly atMs: EpochMs; readonly line: string }[];
}

/** A counted series. `values[i]` belongs to `startMs + i * stepMs`; undefined where no line fell in the range. */
export interface ResultSeries {
  readonly labels: LabelSet;
  readonly values: readonly (number | undefined)[];
}

/** Instants of a metric query. */
export interface LogSteps {
  readonly startMs: EpochMs;
  readonly stepMs: number;
  readonly count: number;
}

/** Which lines a log query returns. */
export interface LineLimits {
  readonly fromMs: EpochMs;
  /** Not included. */
  readonly toMs: EpochMs;
  readonly limit: number;
  readonly newestFirst: boolean;
}

interface KeptLine {
  readonly atMs: number;
  readonly line: string;
  readonly labels: LabelSet;
}

/** Lines of a log query, at most `limit` over all streams, grouped by labels, each group in the asked order. */
export function queryLines(store: LogStore, selector: LogSelector, limits: LineLimits): readonly ResultStream[] {
  const { fromMs, toMs, limit, newestFirst } = limits;
  const kept = readLines(store, selector, fromMs, toMs);
  kept.sort((a, b) => (newestFirst ? b.atMs - a.atMs : a.atMs - b.atMs));
  const streams = new Map<string, ResultStream>();
  for (const { labels, atMs, line } of kept.slice(0, limit)) {
    const stream = streams.get(labels.key) ?? { labels, entries: [] };
    streams.set(labels.key, stream);
    stream.entries.push({ atMs, line });
  }
  return [...streams.values()].sort((a, b) => compareLabelSets(a.labels, b.labels));
}

/**
 * Counts lines in `(t - range, t]` at every step.
 * @throws LogqlError when a line failed in the pipeline, as Loki does
 */
export function queryMetric(
  store: LogStore,
  query: Extract<LogqlQuery, { type: 'metric' }>,
  steps: LogSteps
): readonly ResultSeries[] {
  const firstMs = steps.startMs - query.offsetMs;
  const lastMs = firstMs + (steps.count - 1) * steps.stepMs;
  const times = new Map<string, { labels: LabelSet; timesMs: number[] }>();
  for (const { labels, atMs } of readLines(store, query.selector, firstMs - query.rangeMs, lastMs + 1)) {
    const { key } = labels;
    const failed = labels.pairs.find(([name]) => name === ERROR_LABEL);
    if (failed !== undefined) {
      throw new LogqlError(
        `pipeline error: '${failed[1]}' for series: '${formatLabelSet(labels)}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${failed[1]}").`
      );
    }
    const group = times.get(key) ?? { labels, timesMs: [] };
    times.set(key, group);
    group.timesMs.push(atMs);
  }
  let series: ResultSeries[] = [...times.values()].map(({ labels, timesMs }) => ({
    labels,
    values: countAtSteps(
      timesMs.sort((a, b) => a - b),
      query,
      steps
    ),
  }));
  for (const grouping of query.sums) {
    series = sumSeries(series, grouping, steps.count);
  }
  return series
    .filter(({ values }) => values.some((value) => value !== undefined))
    .sort((a, b) => compareLabelSets(a.labels, b.labels));
}

function readLines(store: LogStore, selector: LogSelector, fromMs: number, toMs: number): KeptLine[] {
  const kept: KeptLine[] = [];
  for (const stream of store.select(selector.matchers)) {
    const end = lowerBound(stream.timesMs, toMs);
    for (let index = lowerBound(stream.timesMs, fromMs); index < end; index++) {
      const labels = passLine(stream, index, selector);
      if (labels !== undefined) {
        kept.push({ atMs: stream.timesMs[index] as number, line: stream.lines[index] as string, labels });
      }
    }
  }
  return kept;
}

function passLine(stream: LogStream, index: number, { stages, extracts }: LogSelector): LabelSet | undefined {
  const own = stream.lineLabels[index] as LabelSet;
  const labels = extracts ? new Map(own.pairs) : EMPTY;
  if (!stages.every((stage) => stage({ line: stream.lines[index] as string, own, labels }))) {
    return undefined;
  }
  return extracts ? toLabelSet(labels) : own;
}

const EMPTY = new Map<string, string>();

function countAtSteps(
  timesMs: readonly number[],
  query: Extract<LogqlQuery, { type: 'metric' }>,
  steps: LogSteps
): readonly (number | undefined)[] {
  const values: (number | undefined)[] = [];
  let from = 0;
  let to = 0;
  for (let index = 0; index < steps.count; index++) {
    const endMs = steps.startMs + index * steps.stepMs - query.offsetMs;
    while (to < timesMs.length && (timesMs[to] as number) <= endMs) {
      to++;
    }
    while (from < to && (timesMs[from] as number) <= endMs - query.rangeMs) {
      from++;
    }
    const count = to - from;
    values.push(count === 0 ? undefined : query.perSecond ? count / (query.rangeMs / 1000) : count);
  }
  return values;
}

function sumSeries(series: readonly ResultSeries[], grouping: Grouping, count: number): ResultSeries[] {
  const groups = new Map<string, { labels: LabelSet; values: (number | undefined)[] }>();
  for (const { labels, values } of series) {
    const kept = grouping.without ? dropLabels(labels, grouping.labels) : keepLabels(labels, grouping.labels);
    const group = groups.get(kept.key) ?? {
      labels: kept,
      values: new Array<number | undefined>(count).fill(undefined),
    };
    groups.set(kept.key, group);
    values.forEach((value, index) => {
      if (value !== undefined) {
        group.values[index] = (group.values[index] ?? 0) + value;
      }
    });
  }
  return [...groups.values()];
}
