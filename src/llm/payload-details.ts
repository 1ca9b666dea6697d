import type { EvidenceDetail, PathStretch, WorkloadState } from '#model';
import type { Outgoing } from './privacy/outgoing.ts';

/** How much of the details of one fact is sent. */
export interface DetailLimits {
  readonly lines: number;
  readonly text: number;
}

/** Ids and long numbers: they tell a model nothing, and a line without them is its pattern. */
const ID = /(?<![\p{L}\p{N}])(?=[0-9a-f-]*\d)[0-9a-f-]{8,}(?![\p{L}\p{N}])/giu;

/**
 * The details of a fact as short lines: the pattern of log lines with a few of them, the slowest stretches of a trace, pods in
 * trouble. Ids are left out; every text goes the way of all texts, so that private values and instructions stay behind.
 * @param place  what the details belong to, for the list of what was kept back
 */
export function toDetailLines(
  detail: EvidenceDetail,
  outgoing: Outgoing,
  place: string,
  limits: DetailLimits
): readonly string[] {
  // What is private is found first: half of an address is not known for one.
  const text = (value: string): string => outgoing.text(value, place, limits.text).replace(ID, '<ID>');
  return [...new Set(linesOf(detail, text))].slice(0, limits.lines);
}

function linesOf(detail: EvidenceDetail, text: (value: string) => string): readonly string[] {
  switch (detail.kind) {
    case 'log-samples': {
      const { count, usualCount, isNew, template, lines } = detail;
      const usual = isNew ? 'new' : usualCount === null ? 'usual count not known' : `usually ${whole(usualCount)}`;
      return [
        `pattern, ${whole(count)} lines, ${usual}: ${text(template)}`,
        ...lines.map((line) => `line: ${text(line.text)}`),
      ];
    }
    case 'trace-path': {
      const { durationMs, usualMs, comparedWith, path } = detail;
      const usual = usualMs === null ? 'usual time not known' : `usually ${whole(usualMs)} ms`;
      const slowest = path.toSorted((left, right) => excess(right) - excess(left));
      return [
        `trace of ${whole(durationMs)} ms, ${usual}, beside ${whole(comparedWith)} good ones`,
        ...slowest.map((stretch) => toStretch(stretch, text)),
      ];
    }
    case 'workload-state':
      return toWorkload(detail, text);
  }
}

function toStretch(
  { service, operation, selfMs, usualSelfMs, isFailed }: PathStretch,
  text: (value: string) => string
): string {
  const usual = usualSelfMs === null ? '' : `, usually ${whole(usualSelfMs)} ms`;
  const failed = isFailed ? ', failed' : '';
  return `${text(service)} ${text(operation)}: ${whole(selfMs)} ms by itself${usual}${failed}`;
}

function toWorkload({ pods, events }: WorkloadState, text: (value: string) => string): readonly string[] {
  const troubled = pods.filter(({ isReady, restarts, reason }) => isReady === false || reason !== '' || restarts);
  return [
    ...troubled.map(({ phase, restarts, reason }) => {
      const why = reason === '' ? '' : `, ${text(reason)}`;
      return `pod ${text(phase)}${why}, ${restarts === null ? 'restarts not known' : `${whole(restarts)} restarts`}`;
    }),
    ...events.map(({ reason, message }) => `event ${text(reason)}: ${text(message)}`),
  ];
}

/** How much longer than usual a stretch took. */
function excess({ selfMs, usualSelfMs }: PathStretch): number {
  return selfMs - (usualSelfMs ?? 0);
}

function whole(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value)) : 'unknown';
}
