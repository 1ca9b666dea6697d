import type { EpochMs, LogLine } from '#model';
import type { Matcher } from '../matcher.ts';
import type { LabelSet } from '../tsdb/labels.ts';
import { compareLabelSets, labelValue, toLabelSetOf, withLabel } from '../tsdb/labels.ts';
import { DETECTED_LEVEL, detectLevel, discoverServiceName } from './discovery.ts';

/** Lines with one set of labels, in order of time. */
export interface LogStream {
  readonly labels: LabelSet;
  readonly timesMs: readonly EpochMs[];
  readonly lines: readonly string[];
  /** Labels of each line: those of the stream and the level that was detected in it. */
  readonly lineLabels: readonly LabelSet[];
}

interface MutableStream {
  readonly labels: LabelSet;
  timesMs: number[];
  lines: string[];
  lineLabels: LabelSet[];
  readonly byLevel: Map<string, LabelSet>;
}

const MAX_LINES_PER_STREAM = 50_000;

/** Log lines in memory; each stream keeps its newest 50,000 to 100,000 lines. */
export class LogStore {
  readonly #streams = new Map<string, MutableStream>();
  readonly #keys = new WeakMap<LogLine['labels'], string>();

  /** Adds lines. A line older than its stream's newest is put where it belongs. */
  push(lines: readonly LogLine[]): void {
    for (const { atMs, labels, line } of lines) {
      const stream = this.#streamOf(labels);
      insert(stream, atMs, line, labelsWithLevel(stream, detectLevel(stream.labels, line)));
    }
  }

  /** Streams whose labels satisfy every matcher, in order of labels. */
  select(matchers: readonly Matcher[]): readonly LogStream[] {
    const found = [...this.#streams.values()].filter(({ labels }) =>
      matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.label)))
    );
    return found.sort((a, b) => compareLabelSets(a.labels, b.labels));
  }

  #streamOf(labels: LogLine['labels']): MutableStream {
    const known = this.#streams.get(this.#keys.get(labels) ?? '');
    if (known !== undefined) {
      return known;
    }
    const set = discoverServiceName(toLabelSetOf(labels));
    const stream = this.#streams.get(set.key) ?? {
      labels: set,
      timesMs: [],
      lines: [],
      lineLabels: [],
      byLevel: new Map<string, LabelSet>(),
    };
    this.#streams.set(set.key, stream);
    this.#keys.set(labels, set.key);
    return stream;
  }
}

/** Index of the first time that is at least `atMs`. */
export function lowerBound(timesMs: readonly number[], atMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] as number) < atMs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function labelsWithLevel({ labels, byLevel }: MutableStream, level: string): LabelSet {
  const known = byLevel.get(level) ?? withLabel(labels, DETECTED_LEVEL, level);
  byLevel.set(level, known);
  return known;
}

function insert(stream: MutableStream, atMs: number, line: string, lineLabels: LabelSet): void {
  const newest = stream.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  if (atMs >= newest) {
    stream.timesMs.push(atMs);
    stream.lines.push(line);
    stream.lineLabels.push(lineLabels);
  } else {
    const at = stream.timesMs.findLastIndex((timeMs) => timeMs <= atMs) + 1;
    stream.timesMs.splice(at, 0, atMs);
    stream.lines.splice(at, 0, line);
    stream.lineLabels.splice(at, 0, lineLabels);
  }
  if (stream.timesMs.length >= 2 * MAX_LINES_PER_STREAM) {
    stream.timesMs = stream.timesMs.slice(-MAX_LINES_PER_STREAM);
    stream.lines = stream.lines.slice(-MAX_LINES_PER_STREAM);
    stream.lineLabels = stream.lineLabels.slice(-MAX_LINES_PER_STREAM);
  }
}
