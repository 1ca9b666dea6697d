import type { EpochMs, LogLine, TimeWindow } from '#model';
import type { LokiClient } from '../loki/client.ts';
import { clusterEventQuery } from './line-queries.ts';
import { isObject, type ForeignObject } from '../reply.ts';

/** One event of Kubernetes, as an exporter wrote it to Loki. All texts are hostile input. */
export interface ClusterEvent {
  readonly atMs: EpochMs;
  /** Name of the object that it is about. */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
}

const MAX_LINES = 500;
const MAX_LINE = 16_384;
const FIELD = /(?:^|\s)(name|reason|msg|message)=(?:"((?:[^"\\]|\\.){0,4096})"|(\S{1,4096}))/g;

/**
 * Events of Kubernetes about objects whose names begin with one of the names, newest first; none where no stream holds any. JSON
 * of event exporters and logfmt of Alloy are read; other lines are left out.
 * @throws TelemetryError
 */
export async function fetchClusterEvents(
  loki: Pick<LokiClient, 'queryLines'>,
  names: readonly string[],
  window: TimeWindow,
  signal?: AbortSignal
): Promise<readonly ClusterEvent[]> {
  const lines = await loki.queryLines(clusterEventQuery(names), { window, limit: MAX_LINES, signal });
  return lines
    .flatMap((line) => parseClusterEvent(line) ?? [])
    .filter(({ object }) => names.some((name) => object === name || object.startsWith(`${name}-`)))
    .toSorted((left, right) => right.atMs - left.atMs);
}

/** The event of a line; undefined where it is none. */
export function parseClusterEvent({ atMs, line }: LogLine): ClusterEvent | undefined {
  const text = line.slice(0, MAX_LINE).trim();
  const fields = text.startsWith('{') ? fromJson(text) : fromLogfmt(text);
  const { object, reason, message } = fields ?? {};
  return object && reason ? { atMs, object, reason, message: message ?? '' } : undefined;
}

type Fields = { readonly [name in 'object' | 'reason' | 'message']?: string | undefined };

function fromJson(text: string): Fields | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(parsed)) {
    return undefined;
  }
  const about = [parsed['involvedObject'], parsed['regarding'], parsed['object']].find((item) => isObject(item));
  return {
    object: textOf(isObject(about) ? about : parsed, 'name'),
    reason: textOf(parsed, 'reason'),
    message: textOf(parsed, 'message') ?? textOf(parsed, 'msg') ?? textOf(parsed, 'note'),
  };
}

function textOf(from: ForeignObject, name: string): string | undefined {
  const value = from[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fromLogfmt(text: string): Fields {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(FIELD)) {
    found.set(name, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return { object: found.get('name'), reason: found.get('reason'), message: found.get('msg') ?? found.get('message') };
}
