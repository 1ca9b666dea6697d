import type { ChangeEvent, ChangeSource, EpochMs } from '#model';
import { compareText } from '../topology/edge-order.ts';

/** What one source announced. */
export interface AnnouncedChange extends ChangeEvent {
  readonly source: ChangeSource;
}

/** Two announcements of one kind for one service within this time may be the same change. */
const SAME_WITHIN_MS = 120_000;

/** Kubernetes is looked at step by step: the change itself is at most this much later than the time it gives. */
const OBSERVED_WITHIN_MS = 90_000;

/** Whose words are taken: what says most about the change, before what was only observed. */
const BY_DETAIL: readonly ChangeSource[] = ['webhook', 'loki', 'grafana-annotation', 'kubernetes'];

interface Group {
  readonly firstMs: EpochMs;
  readonly members: AnnouncedChange[];
}

/**
 * Makes one list of what several sources announced, each change once.
 *
 * Announcements of the same kind for the same service are one change when they come from different sources within two
 * minutes of the first and name no different versions. One source is taken at its word: what it announces twice are two
 * changes, unless it repeats itself word for word.
 *
 * The words are those of the source that says most. The time is the earliest that was announced, since people and
 * pipelines announce late, never early; what was only observed counts when it is clearly earlier.
 *
 * @param announced  in any order
 * @returns changes by time, then service, kind and summary; each names its sources
 * Cost O(n log n + n g), g the changes of one service and kind within two minutes.
 */
export function mergeChanges(announced: readonly AnnouncedChange[]): ChangeEvent[] {
  const groups = new Map<string, Group[]>();
  for (const change of announced.toSorted(compareAnnounced)) {
    const key = JSON.stringify([change.service, change.kind]);
    const known = groups.get(key) ?? [];
    const same = recent(known, change.atMs).find(({ members }) => belongs(change, members));
    if (same) {
      same.members.push(change);
    } else {
      known.push({ firstMs: change.atMs, members: [change] });
      groups.set(key, known);
    }
  }
  return [...groups.values()]
    .flat()
    .map(({ members }) => toChange(members))
    .sort(compareChanges);
}

/** The groups that began within two minutes; they lie at the end. */
function recent(groups: readonly Group[], atMs: EpochMs): readonly Group[] {
  const first = groups.findLastIndex(({ firstMs }) => atMs - firstMs > SAME_WITHIN_MS) + 1;
  return groups.slice(first);
}

function belongs(change: AnnouncedChange, members: readonly AnnouncedChange[]): boolean {
  const own = members.filter(({ source }) => source === change.source);
  const isRepeated = own.some(({ summary, version }) => summary === change.summary && version === change.version);
  const contradicts = members.some(
    ({ version }) => version !== undefined && change.version !== undefined && version !== change.version
  );
  return isRepeated || (own.length === 0 && !contradicts);
}

function toChange(members: readonly AnnouncedChange[]): ChangeEvent {
  const ranked = members.toSorted(
    (left, right) => BY_DETAIL.indexOf(left.source) - BY_DETAIL.indexOf(right.source) || compareAnnounced(left, right)
  );
  const { kind = 'deploy', service = '', summary = '' } = ranked[0] ?? {};
  const first = (key: 'version' | 'previousVersion' | 'url'): string | undefined =>
    ranked.map((member) => member[key]).find((value) => value !== undefined);
  const details = (['version', 'previousVersion', 'url'] as const).flatMap((key) => {
    const value = first(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const sources = [...new Set(ranked.map(({ source }) => source))].sort(compareText);
  return { atMs: timeOf(members), kind, service, summary, ...Object.fromEntries(details), sources };
}

function timeOf(members: readonly AnnouncedChange[]): EpochMs {
  const earliest = (observed: boolean): EpochMs =>
    Math.min(...members.filter(({ source }) => (source === 'kubernetes') === observed).map(({ atMs }) => atMs));
  const [announcedMs, observedMs] = [earliest(false), earliest(true)];
  const isExact = announcedMs < Infinity && announcedMs - observedMs <= OBSERVED_WITHIN_MS;
  return isExact ? announcedMs : Math.min(announcedMs, observedMs);
}

function compareAnnounced(left: AnnouncedChange, right: AnnouncedChange): number {
  return (
    compareChanges(left, right) ||
    compareText(left.source, right.source) ||
    compareText(left.version ?? '', right.version ?? '') ||
    compareText(JSON.stringify(left), JSON.stringify(right))
  );
}

function compareChanges(left: ChangeEvent, right: ChangeEvent): number {
  return (
    left.atMs - right.atMs ||
    compareText(left.service, right.service) ||
    compareText(left.kind, right.kind) ||
    compareText(left.summary, right.summary)
  );
}
