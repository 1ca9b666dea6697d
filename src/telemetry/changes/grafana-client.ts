import type { EpochMs, TimeWindow } from '#model';
import { prepareConnection, type Connection } from '../http/connection.ts';
import { requestJson, type RetryDependencies } from '../http/request-json.ts';
import type { ReadOptions } from '../prometheus/client.ts';
import { createReplyReader, isObject } from '../reply.ts';
import { toOneLine } from './change-answer.ts';

/** An annotation of Grafana. Texts are hostile input. */
export interface GrafanaAnnotation {
  readonly atMs: EpochMs;
  readonly text: string;
  readonly tags: readonly string[];
  /** The first link in the text. */
  readonly url?: string;
}

/** Reads of one Grafana. Every method throws `TelemetryError` and nothing else. */
export interface GrafanaClient {
  readonly source: 'grafana';
  /** Annotations with at least one of the tags, newest first; those of alert states are left out. */
  annotations(
    search: { readonly window: TimeWindow; readonly tags: readonly string[]; readonly limit: number },
    options?: ReadOptions
  ): Promise<readonly GrafanaAnnotation[]>;
  /** Version, after checking that annotations may be read. */
  buildInfo(options?: ReadOptions): Promise<{ readonly version: string | undefined }>;
}

const MAX_TEXT_LENGTH = 4000;
const MAX_TAGS = 50;
const LINK = /https?:\/\/[^\s"'<>()]{1,900}/;

/**
 * A client of the HTTP API of Grafana, for annotations. It needs a service-account token that may read them.
 * @throws TelemetryError when the connection cannot be used at all
 */
export function createGrafanaClient(connection: Connection, dependencies: RetryDependencies = {}): GrafanaClient {
  const prepared = prepareConnection('grafana', connection);
  const reader = createReplyReader('grafana', prepared.base.host);
  const read = (path: string, parameters: readonly (readonly [string, string])[], options?: ReadOptions) =>
    requestJson(prepared, { path, parameters, signal: options?.signal }, dependencies);
  const readAnnotations: GrafanaClient['annotations'] = async ({ window, tags, limit }, options) => {
    const parameters = [
      ['from', String(Math.floor(window.fromMs))] as const,
      ['to', String(Math.ceil(window.toMs))] as const,
      ['type', 'annotation'] as const,
      ['limit', String(limit)] as const,
      ['matchAny', 'true'] as const,
      ...tags.map((tag) => ['tags', tag] as const),
    ];
    const list = reader.array(await read('/api/annotations', parameters, options), 'reply');
    return list.flatMap((item): GrafanaAnnotation[] => {
      const { time, text, tags: found } = isObject(item) ? item : {};
      const isUsable = typeof time === 'number' && Number.isFinite(time) && time >= 0;
      const url = typeof text === 'string' ? LINK.exec(text)?.[0] : undefined;
      return isUsable ? [{ atMs: time, text: toText(text), tags: toTags(found), ...(url ? { url } : {}) }] : [];
    });
  };
  return {
    source: 'grafana',
    annotations: readAnnotations,
    buildInfo: async (options) => {
      await readAnnotations({ window: { fromMs: 0, toMs: 1 }, tags: ['deploy'], limit: 1 }, options);
      const health = await read('/api/health', [], options);
      const version = isObject(health) ? health['version'] : undefined;
      return { version: typeof version === 'string' ? version.slice(0, 100) : undefined };
    },
  };
}

function toText(value: unknown): string {
  return (
    toOneLine(typeof value === 'string' ? value.replace(/<[^<>]{0,500}>/g, ' ') : undefined, MAX_TEXT_LENGTH) ?? ''
  );
}

function toTags(value: unknown): readonly string[] {
  return (Array.isArray(value) ? (value as unknown[]) : [])
    .slice(0, MAX_TAGS)
    .flatMap((tag) => toOneLine(tag, 300) || []);
}
