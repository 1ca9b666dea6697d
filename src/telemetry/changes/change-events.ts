import type { ChangeEvent, ChangeKind, DataGap, LogLine, TimeWindow } from '#model';
import type { LokiClient } from '../loki/client.ts';
import { isObject } from '../reply.ts';
import type { LogOptions } from '../signals/log-errors.ts';
import { changeEventQuery } from '../signals/log-queries.ts';
import { type ChangeAnswer, toOneLine } from './change-answer.ts';

const KINDS: readonly ChangeKind[] = ['deploy', 'config', 'migration', 'scale', 'flag'];
const MAX_CHANGES = 1000;
const MAX_TEXT_LENGTH = 500;

/**
 * Changes that people and automation announced in the window. Lines that are no change event are counted in a gap.
 * @throws TelemetryError when Loki cannot answer
 */
export async function fetchChangeEvents(
  loki: Pick<LokiClient, 'queryLines'>,
  window: TimeWindow,
  options: LogOptions = {}
): Promise<ChangeAnswer> {
  const read = { window, limit: MAX_CHANGES, signal: options.signal };
  const lines = await loki.queryLines(changeEventQuery(options.namespace), read);
  const changes = lines.flatMap((line) => toChangeEvent(line) ?? []);
  const gaps: DataGap[] = [];
  if (changes.length < lines.length) {
    const reason = `${lines.length - changes.length} lines are no change event that can be read.`;
    gaps.push({ source: 'loki:change-events', reason });
  }
  if (lines.length >= MAX_CHANGES) {
    gaps.push({ source: 'loki:change-events', reason: `Only the newest ${MAX_CHANGES} changes were read.` });
  }
  return { changes, gaps };
}

/** A change event from its log line; undefined when the line is no JSON object with kind, service and summary. */
function toChangeEvent(line: LogLine): ChangeEvent | undefined {
  const body = parseObject(line.line);
  const kind = KINDS.find((candidate) => candidate === body?.['kind']);
  const service = toOneLine(body?.['service'], 253);
  const summary = toOneLine(body?.['summary'], MAX_TEXT_LENGTH);
  if (!kind || !service || summary === undefined) {
    return undefined;
  }
  const version = toOneLine(body?.['version'], MAX_TEXT_LENGTH);
  const previousVersion = toOneLine(body?.['previous_version'], MAX_TEXT_LENGTH);
  return {
    atMs: line.atMs,
    kind,
    service,
    summary,
    ...(version ? { version } : {}),
    ...(previousVersion ? { previousVersion } : {}),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
