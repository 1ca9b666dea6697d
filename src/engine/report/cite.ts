import type { ChangeEvent, LogLine, ServiceName } from '#model';
import type { RcaCase } from '../rca/rca-case.ts';
import type { SignalEvidence } from '../rca/signal-evidence.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { formatClock, formatValue, signalName } from './format.ts';

const MAX_LOG_CHARACTERS = 160;
const NOTABLE_FAILURES = 0.1;

/**
 * Cites a signal that left its baseline.
 *
 * @param book  where facts are numbered
 * @param rca  the case
 * @param item  scored signal
 * @returns its number
 * Cost O(1).
 */
export function citeSignal(book: EvidenceBook, rca: RcaCase, item: SignalEvidence): number {
  const { signal, score } = item;
  const rose = score.up >= score.down;
  const observed = rose ? score.high : score.low;
  return book.cite(`signal:${signal.id}`, () => ({
    source: 'metric',
    service: item.owner,
    statement: `${subject(item)} ${rose ? 'rose' : 'fell'} to ${formatValue(observed, signal.unit)} (normally ${formatValue(score.median, signal.unit)}).`,
    query: signal.query,
    // Counted in the logs; every other kind is read from metrics.
    ...(signal.kind === 'log-errors' ? { language: 'logql' as const } : {}),
    window: rca.windows.incident,
    ...(item.onsetMs === undefined ? {} : { atMs: item.onsetMs }),
    observed,
    baseline: score.median,
    unit: signal.unit,
  }));
}

function subject(item: SignalEvidence): string {
  const { signal } = item;
  const detail = detailOf(item);
  const name = `${signalName(signal.kind)}${detail}`;
  return `${item.owner}: ${name}`;
}

function detailOf({ signal, owner }: SignalEvidence): string {
  const other = signal.service === owner ? signal.peer : signal.service;
  if (signal.kind === 'client-latency' && other !== undefined) {
    return ` (calls from ${other})`;
  }
  const suffix = signal.id.split('/').slice(2).join('/');
  return suffix === '' ? '' : ` (${suffix})`;
}

/**
 * Cites a change.
 *
 * @param book  where facts are numbered
 * @param rca  the case
 * @param change  the change
 * @returns its number
 * Cost O(1).
 */
export function citeChange(book: EvidenceBook, rca: RcaCase, change: ChangeEvent): number {
  const seconds = Math.round((rca.onsetMs - change.atMs) / 1000);
  const when = seconds >= 0 ? `${formatAge(seconds)} before` : `${formatAge(-seconds)} after`;
  return book.cite(`change:${change.atMs}:${change.service}:${change.summary}`, () => ({
    source: 'change',
    service: change.service,
    statement: `${change.service}: ${change.kind} at ${formatClock(change.atMs)}, ${when} the onset: "${clip(change.summary)}".`,
    atMs: change.atMs,
  }));
}

/**
 * Cites that callers cannot reach a service, where the graph says so.
 *
 * @param book  where facts are numbered
 * @param rca  the case
 * @param service  name
 * @returns no number, or one
 * Cost O(callers).
 */
export function citeFailedCalls(book: EvidenceBook, rca: RcaCase, service: ServiceName): number[] {
  const share = rca.failedCalls(service);
  if (share === undefined || share < NOTABLE_FAILURES) {
    return [];
  }
  const number = book.cite(`calls:${service}`, () => ({
    source: 'topology',
    service,
    statement: `${service}: ${formatValue(share, 'ratio')} of the calls to it fail.`,
    window: rca.windows.incident,
    observed: share,
    unit: 'ratio',
  }));
  return [number];
}

/**
 * Cites that signals of a service ended.
 *
 * @param book  where facts are numbered
 * @param rca  the case
 * @param service  name
 * @returns no number, or one
 * Cost O(signals of the service).
 */
export function citeSilence(book: EvidenceBook, rca: RcaCase, service: ServiceName): number[] {
  const ids = rca.silent(service);
  if (ids.length === 0) {
    return [];
  }
  const number = book.cite(`silent:${service}`, () => ({
    source: 'metric',
    service,
    statement: `${service}: ${ids.length} of its signals stopped reporting: ${clip(ids.join(', '))}.`,
    window: rca.windows.incident,
    observed: ids.length,
    unit: 'count',
  }));
  return [number];
}

/**
 * Cites the most frequent error line of a service.
 *
 * @param book  where facts are numbered
 * @param service  name
 * @param lines  error lines of the service; at least one
 * @returns its number
 * Cost O(n).
 */
export function citeLogs(book: EvidenceBook, service: ServiceName, lines: readonly LogLine[]): number {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const template = toTemplate(messageOf(line));
    counts.set(template, (counts.get(template) ?? 0) + 1);
  }
  const [template, count] = [...counts].sort(
    (left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1)
  )[0] ?? ['', 0];
  return book.cite(`log:${service}`, () => ({
    source: 'log',
    service,
    statement: `${service}: ${count} of ${lines.length} error log lines since the onset read "${clip(template)}".`,
    observed: count,
    unit: 'count',
  }));
}

/**
 * Service that wrote a log line, by the labels of its stream.
 *
 * @param line  log line
 * @returns undefined when no label names one
 * Cost O(1).
 */
export function serviceOfLine(line: LogLine): ServiceName | undefined {
  return line.labels['service_name'] ?? line.labels['service'] ?? line.labels['container'] ?? line.labels['app'];
}

/**
 * The message of a structured line, or the line itself.
 *
 * @param line  log line; hostile input
 * @returns text
 * Cost O(length).
 */
export function messageOf(line: LogLine): string {
  try {
    const parsed: unknown = JSON.parse(line.line);
    if (typeof parsed === 'object' && parsed !== null) {
      const fields = parsed as Record<string, unknown>;
      const message = fields['msg'] ?? fields['message'];
      return typeof message === 'string' ? message : line.line;
    }
  } catch {
    return line.line;
  }
  return line.line;
}

/** Replaces numbers, so that lines that differ in them count together. */
function toTemplate(message: string): string {
  return message.slice(0, 4096).replace(/\d+(\.\d+)?/g, '<NUM>');
}

function clip(text: string): string {
  const oneLine = text.replace(/\s+/g, ' ').trim();
  return oneLine.length > MAX_LOG_CHARACTERS ? `${oneLine.slice(0, MAX_LOG_CHARACTERS - 1)}…` : oneLine;
}

function formatAge(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
