import type { ChangeEvent, ChangeKind, ServiceName, TimeWindow } from '#model';
import type { ReadOptions } from '../prometheus/client.ts';
import { type ChangeAnswer, toOneLine } from './change-answer.ts';
import type { GrafanaAnnotation, GrafanaClient } from './grafana-client.ts';

/** What to read. */
export interface AnnotationOptions extends ReadOptions {
  /** An annotation with one of these tags is a change. */
  readonly tags: readonly string[];
  /** Names that a tag may be; a tag `service:<name>` is taken for any name. */
  readonly services?: ReadonlySet<ServiceName>;
}

const MAX_CHANGES = 500;
const MAX_SERVICES_PER_CHANGE = 20;
const MAX_SUMMARY_LENGTH = 500;

const KIND_WORDS: ReadonlyArray<readonly [kind: ChangeKind, words: RegExp]> = [
  ['migration', /^(?:(?:db|schema|database)[-_ ]?)?migrations?$/i],
  ['config', /^(?:config|configuration|settings?)$/i],
  ['scale', /^(?:scale|scaling|autoscaling|replicas)$/i],
  ['flag', /^(?:flag|feature[-_ ]?flag|toggle)s?$/i],
  ['deploy', /^(?:deploy|deployment|release|rollout|rollback)s?$/i],
];
const SERVICE_TAG = /^(?:service|service_name|app|component)\s*[:=]\s*(.+)$/i;
const VERSION_TAG = /^(?:version|release|tag)\s*[:=]\s*(.+)$/i;
const PREVIOUS_TAG = /^(?:previous|previous[-_]version|from)\s*[:=]\s*(.+)$/i;
const KIND_TAG = /^(?:kind|change)\s*[:=]\s*(.+)$/i;

/**
 * Changes that were written down as annotations. One that names no service is no change of a service; it is counted in
 * a gap.
 * @throws TelemetryError when Grafana cannot answer
 */
export async function fetchAnnotationChanges(
  grafana: Pick<GrafanaClient, 'annotations'>,
  window: TimeWindow,
  options: AnnotationOptions
): Promise<ChangeAnswer> {
  const { tags, services = new Set(), signal } = options;
  if (tags.length === 0) {
    return { changes: [], gaps: [] };
  }
  const found = await grafana.annotations({ window, tags, limit: MAX_CHANGES }, { signal });
  const inside = found.filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs);
  const changes = inside.map((annotation) => toChanges(annotation, services));
  const nameless = changes.filter(({ length }) => length === 0).length;
  const source = 'grafana:annotations';
  const gaps = [
    ...(nameless > 0
      ? [{ source, reason: `${nameless} annotations name no service; add a tag such as service:checkout.` }]
      : []),
    ...(found.length >= MAX_CHANGES ? [{ source, reason: `Only the newest ${MAX_CHANGES} changes were read.` }] : []),
  ];
  return { changes: changes.flat().sort((a, b) => a.atMs - b.atMs), gaps };
}

function toChanges({ atMs, text, tags, url }: GrafanaAnnotation, services: ReadonlySet<ServiceName>): ChangeEvent[] {
  const tagged = tags.flatMap((tag) => SERVICE_TAG.exec(tag)?.[1]?.trim() || []);
  const named = tagged.length > 0 ? tagged : tags.filter((tag) => services.has(tag));
  const kind = kindOf(tags);
  const version = valueOf(tags, VERSION_TAG);
  const previousVersion = valueOf(tags, PREVIOUS_TAG);
  return [...new Set(named)].slice(0, MAX_SERVICES_PER_CHANGE).map((service) => ({
    atMs,
    kind,
    service: service.slice(0, 253),
    summary: toOneLine(text, MAX_SUMMARY_LENGTH) || `${service}: ${tags.join(', ')}`.slice(0, MAX_SUMMARY_LENGTH),
    ...(version === undefined ? {} : { version }),
    ...(previousVersion === undefined ? {} : { previousVersion }),
    ...(url === undefined ? {} : { url }),
  }));
}

/** The kind that a tag names; a tag that was only configured to mean a change means a deployment. */
function kindOf(tags: readonly string[]): ChangeKind {
  const words = tags.map((tag) => KIND_TAG.exec(tag)?.[1]?.trim() ?? tag);
  return KIND_WORDS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? 'deploy';
}

function valueOf(tags: readonly string[], pattern: RegExp): string | undefined {
  return tags.flatMap((tag) => pattern.exec(tag)?.[1]?.trim() || [])[0]?.slice(0, 200);
}
