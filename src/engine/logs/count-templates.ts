import type { LogLine } from '#model';
import type { WindowCounts } from '../ranking/ranking-case.ts';
import { DrainMiner, templateText, type DrainConfig } from './drain.ts';
import { toLogMessage } from './log-message.ts';

/** Lines per template in two windows. */
export interface TemplateCounts {
  readonly templates: ReadonlyMap<string, WindowCounts>;
  /** Lines of severity error. */
  readonly errors: WindowCounts;
}

/** Templates that are kept, the most frequent first. */
const MAX_TEMPLATES = 100;
const MINED: DrainConfig = { maxClusters: 1000 };

/**
 * Mines the lines of one service in two windows with one miner, so that a line of the incident meets the templates of
 * normal times.
 *
 * @param baseline  lines of normal times, in order of time; hostile text
 * @param incident  lines since the onset
 * @returns lines per template, at most 100 templates; those of a severity other than info carry it before their text
 * Cost as {@link DrainMiner.add} per line. Never throws.
 */
export function countTemplates(baseline: readonly LogLine[], incident: readonly LogLine[]): TemplateCounts {
  const miner = new DrainMiner(MINED);
  const counts: { before: number; after: number; severity: string; slot: number }[] = [];
  const errors = { before: 0, after: 0 };
  const add = ({ line, labels }: LogLine, window: 'before' | 'after'): void => {
    const { message, severity } = toLogMessage(line, labels);
    const { cluster, created } = miner.add(message, severity);
    if (created || !counts[cluster.slot]) {
      counts[cluster.slot] = { before: 0, after: 0, severity, slot: cluster.slot };
    }
    const own = counts[cluster.slot];
    if (own) {
      own[window] += 1;
    }
    errors[window] += severity === 'error' ? 1 : 0;
  };
  baseline.forEach((line) => add(line, 'before'));
  incident.forEach((line) => add(line, 'after'));
  const scale = baseline.length > 0 && incident.length > 0 ? baseline.length / incident.length : 1;
  const kept = counts
    .toSorted((left, right) => right.before + right.after * scale - (left.before + left.after * scale))
    .slice(0, MAX_TEMPLATES);
  const templates = new Map<string, WindowCounts>();
  for (const { before, after, severity, slot } of kept) {
    const cluster = miner.clusters[slot];
    const text = cluster ? templateText(cluster) : '';
    const name = severity === 'info' ? text : `${severity}: ${text}`;
    const known = templates.get(name) ?? [0, 0];
    templates.set(name, [known[0] + before, known[1] + after]);
  }
  return { templates, errors: [errors.before, errors.after] };
}
