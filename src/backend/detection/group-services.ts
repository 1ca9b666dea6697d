import type { SignalPoints } from './signal-points.ts';

/** Points that one task judges: a good half second, so that other tasks are not kept waiting. */
const POINTS_PER_TASK = 30_000;

/** The signals of each service, in the order of the services' names. */
export function groupByService<Points extends Pick<SignalPoints, 'service'>>(
  signals: readonly Points[]
): Map<string, Points[]> {
  const groups = new Map<string, Points[]>();
  for (const name of [...new Set(signals.map(({ service }) => service))].sort()) {
    groups.set(name, []);
  }
  for (const signal of signals) {
    groups.get(signal.service)?.push(signal);
  }
  return groups;
}

/** Names of services in groups of about as many points as one task takes. */
export function toTaskGroups<Points extends Pick<SignalPoints, 'timesMs'>>(
  byService: ReadonlyMap<string, readonly Points[]>
): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let points = Infinity;
  for (const name of [...byService.keys()].sort()) {
    const own = (byService.get(name) ?? []).reduce((sum, { timesMs }) => sum + timesMs.length, 0);
    if (points + own > POINTS_PER_TASK) {
      groups.push([]);
      points = 0;
    }
    groups.at(-1)?.push(name);
    points += own;
  }
  return groups;
}
