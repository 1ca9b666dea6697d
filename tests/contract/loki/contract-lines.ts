import type { LogLine } from '#model';

/** Which data a run of the contract is about: a namespace of its own, and when its lines begin. */
export interface LokiScope {
  readonly namespace: string;
  /** A whole minute. Lines lie in the ten minutes after it. */
  readonly baseMs: number;
}

/** A line with structured metadata, which servers without it do not take. */
export interface MetadataLine extends LogLine {
  readonly metadata: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;
/** A service whose name needs every escape there is. */
export const ODD_SERVICE = 'a"b\\c\n\t`{$}|ü/é';
/** A line that needs them. */
export const ODD_LINE = 'quote " backslash \\ tab \t newline \n NUL-free ümlaut 漢字 \u{1f600} \u2028 {{.x}} `tick`';

/** Lines of the contract: services with a level as label, odd texts, changes and access logs. */
export function contractLines({ namespace, baseMs }: LokiScope): readonly LogLine[] {
  const at = (atMs: number, labels: Readonly<Record<string, string>>, line: string): LogLine => ({
    atMs: baseMs + atMs,
    labels: { namespace, ...labels },
    line,
  });
  const order = Array.from({ length: 60 }, (_, index) =>
    at(index * 5000 + 1, { service_name: 'order', level: index % 10 === 9 ? 'error' : 'info' }, `order ${index}`)
  );
  const sameInstant = Array.from({ length: 6 }, (_, index) =>
    at(3 * MINUTE + 0.001 * index, { service_name: 'burst', level: 'info' }, `burst ${index}`)
  );
  const access = Array.from({ length: 20 }, (_, index) =>
    at(
      MINUTE + index * 6000,
      { service_name: 'nginx', host: `web-${index % 2}` },
      `10.0.0.${index % 4} - - [01/Jan/2026:00:00:00 +0000] "GET /x?a=%22 HTTP/1.1" ${index % 5 === 0 ? 503 : 200} ${100 + index} "-" "curl"`
    )
  );
  const change = { kind: 'deploy', service: 'order', summary: 'order 2', version: '2', previous_version: '1' };
  return [
    ...order,
    ...sameInstant,
    ...access,
    at(2 * MINUTE, { service_name: ODD_SERVICE, level: 'error' }, ODD_LINE),
    at(2 * MINUTE + 1000, { service_name: ODD_SERVICE, level: 'FATAL' }, ' '),
    at(4 * MINUTE, { service_name: 'changes', job: 'change-events' }, JSON.stringify(change)),
    at(4 * MINUTE + 1000, { service_name: 'changes', job: 'change-events' }, 'not an event'),
  ];
}

/**
 * Lines as OpenTelemetry's exporter leaves them: the level is no label of the stream but, as Loki 3 keeps it, structured
 * metadata of the line.
 */
export function metadataLines({ namespace, baseMs }: LokiScope): readonly MetadataLine[] {
  return Array.from({ length: 12 }, (_, index) => ({
    atMs: baseMs + MINUTE + index * 10_000,
    labels: { namespace, service_name: 'otel' },
    line: index % 4 === 3 ? 'could not charge the card' : 'charged the card',
    metadata: { severity_text: index % 4 === 3 ? 'ERROR' : 'INFO', trace_id: index.toString(16).padStart(32, 'b') },
  }));
}

/** So many lines of one service that no answer holds them all; ten a millisecond. */
export function manyLines({ namespace, baseMs }: LokiScope, count: number): readonly LogLine[] {
  return Array.from({ length: count }, (_, index) => ({
    atMs: baseMs + 5 * MINUTE + index / 10,
    labels: { namespace, service_name: 'chatty', level: 'info' },
    line: `line ${index}`,
  }));
}
