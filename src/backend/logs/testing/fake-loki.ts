import type { LogLine } from '#model';
import { TelemetryError, type LokiClient } from '#telemetry';

/** A Loki in memory that counts and pages like the real one. */
export class FakeLoki implements Pick<LokiClient, 'queryLines' | 'queryRange'> {
  readonly lines: LogLine[] = [];
  /** Queries for lines, in order. */
  readonly reads: { readonly query: string; readonly fromMs: number; readonly toMs: number; readonly limit: number }[] =
    [];
  failing = false;

  /** Adds a line. */
  log(atMs: number, service: string, level: string, msg: string): void {
    this.lines.push({ atMs, labels: { service_name: service, level }, line: JSON.stringify({ level, msg }) });
  }

  queryLines: LokiClient['queryLines'] = async (query, { window, limit, direction, signal }) => {
    this.check(signal);
    this.reads.push({ query, ...window, limit });
    const found = this.lines
      .filter(({ atMs, labels }) => atMs >= window.fromMs && atMs < window.toMs && isNamed(query, labels))
      .sort((a, b) => a.atMs - b.atMs);
    return direction === 'forward' ? found.slice(0, limit) : found.slice(-limit);
  };

  queryRange: LokiClient['queryRange'] = async (query, { endMs }, options) => {
    this.check(options?.signal);
    const seconds = Number(/\[(\d+)s\]/.exec(query)?.[1]);
    const counts = new Map<string, number>();
    for (const { atMs, labels } of this.lines) {
      if (atMs > endMs - seconds * 1000 && atMs <= endMs) {
        const key = JSON.stringify([labels['service_name'], labels['level']]);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    const series = [...counts].map(([key, count]) => {
      const [service_name = '', level = ''] = JSON.parse(key) as string[];
      return { labels: { service_name, level }, timesMs: [endMs], values: [count] };
    });
    return { series, warnings: [] };
  };

  private check(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (this.failing) {
      throw new TelemetryError('loki', 'server-error', { status: 503 });
    }
  }
}

function isNamed(query: string, labels: LogLine['labels']): boolean {
  const names = /service_name=~"([^"]*)"/.exec(query)?.[1]?.split('|') ?? [];
  return names.includes(labels['service_name'] ?? '');
}
