import { type ChangedPattern, formatClock, formatValue } from '#engine';
import type { ServiceName } from '#model';
import { containingLinesQuery } from '#telemetry';
import type { DetailPart, DetailSource, DetailSubject, Finding } from './detail-part.ts';
import { oneLine } from './one-line.ts';

const PER_CAUSE = 3;
const PER_OTHER = 2;
const MAX_PATTERNS = 8;
const MAX_TEMPLATE = 200;
const MAX_SAMPLE = 500;
const LEAST_FRAGMENT = 4;
const MAX_FRAGMENT = 120;
const MAX_FRAGMENTS = 3;

/** Log patterns of causes, path and target that are new or changed, with samples; from the lines that the ranking counted. */
export async function collectLogPatterns(
  { upstreams, settings, pool }: DetailSource,
  { lines, services, causes, windows }: DetailSubject,
  part: DetailPart
): Promise<void> {
  if (!upstreams.loki) {
    return;
  }
  if (!lines) {
    const reason = 'There are no ten minutes of normal times before the onset to compare log lines with.';
    part.gaps.push({ source: 'loki:patterns', reason });
    return;
  }
  const wanted = services.flatMap((name) => lines.find(({ service }) => service === name) ?? []);
  const { baseline, incident } = windows;
  const seconds = [lengthSeconds(baseline), lengthSeconds(incident)] as const;
  const mined = await pool.run('patterns', { lines: wanted, seconds, most: PER_CAUSE }, part.signal);
  const found = mined.flatMap(({ service, patterns }) =>
    patterns
      .slice(0, causes.includes(service) ? PER_CAUSE : PER_OTHER)
      .map((pattern) => toFinding(service, pattern, { windows, namespace: settings.namespace }))
  );
  part.findings.push(...found.slice(0, MAX_PATTERNS));
}

function lengthSeconds({ fromMs, toMs }: DetailSubject['windows']['incident']): number {
  return (toMs - fromMs) / 1000;
}

function toFinding(
  service: ServiceName,
  pattern: ChangedPattern,
  { windows, namespace }: { readonly windows: DetailSubject['windows']; readonly namespace: string | undefined }
): Finding {
  const { template, severity, count, usualCount, isNew, samples } = pattern;
  const seconds = lengthSeconds(windows.incident);
  const name = `${oneLine(service, 120)}: the ${severity === 'info' ? '' : `${severity} `}log line "${oneLine(template, MAX_TEMPLATE)}"`;
  const since = formatClock(windows.incident.fromMs);
  const times = `${count} ${count === 1 ? 'time' : 'times'} in ${span(seconds)}`;
  const statement = isNew
    ? `${name} is new: it came ${times} since ${since} and not at all in the ${span(lengthSeconds(windows.baseline))} of normal times before.`
    : `${name} came ${times} since ${since}, normally ${formatValue(usualCount, 'count')} times in as long a time.`;
  const query = containingLinesQuery(service, fragmentsOf(pattern), namespace);
  return {
    source: 'log',
    service,
    statement,
    query,
    language: 'logql',
    window: count > 0 ? windows.incident : windows.baseline,
    ...(samples[0] && count > 0 ? { atMs: samples[0].atMs } : {}),
    observed: count / seconds,
    baseline: usualCount / seconds,
    unit: 'per-second',
    detail: {
      kind: 'log-samples',
      template: oneLine(template, MAX_TEMPLATE),
      count,
      usualCount: Math.round(usualCount * 10) / 10,
      isNew,
      lines: samples.map(({ atMs, line }) => ({ atMs, text: oneLine(line, MAX_SAMPLE) })),
    },
  };
}

/** The longest texts of the template that stand in every sample as they are, in their order. */
export function fragmentsOf({ template, samples }: Pick<ChangedPattern, 'template' | 'samples'>): readonly string[] {
  const pieces = template
    .split(/<[^<>\s]*>|["\\]/)
    .map((piece) => piece.trim().slice(0, MAX_FRAGMENT).trim())
    .filter((piece) => piece.length >= LEAST_FRAGMENT && samples.every(({ line }) => line.includes(piece)));
  const unique = [...new Set(pieces)];
  const longest = unique.toSorted((left, right) => right.length - left.length).slice(0, MAX_FRAGMENTS);
  return unique.filter((piece) => longest.includes(piece));
}

/** A length of time in words. */
function span(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
