import type { LogLine, LogSeverity } from '#model';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Usual messages of a service: lines per minute at the daily mean, and how they are written. */
const MESSAGES: readonly (readonly [string, number, (n: number) => string])[] = [
  ['order stored', 6, (n) => `{"level":"info","msg":"order stored","order_id":${n},"trace_id":"t${n}"}`],
  ['GET', 8, (n) => `{"level":"info","msg":"GET /products/${n} done in ${n % 90}ms"}`],
  ['POST', 4, (n) => `level=info msg="POST /checkout from 10.0.0.${n % 200}:80" status=200`],
  ['cache miss', 3, (n) => `{"level":"debug","msg":"cache miss for key user:${n}"}`],
  ['slow query', 0.4, (n) => `{"level":"warn","msg":"slow query took ${n % 900} ms"}`],
  ['retry', 0.05, (n) => `{"level":"error","msg":"call to stripe failed, retry ${n % 3}"}`],
];

/** Log of a simulated service: Poisson arrivals with a daily rhythm, from a seed. The same stretch gives the same lines. */
export class LogStream {
  /** A line at regular intervals, until it stops. */
  heartbeat: { readonly everyMs: number; readonly untilMs: number } | undefined;
  /** Multiplies one message, or all with an empty name, from an instant on. */
  factor: { readonly fromMs: number; readonly message: string; readonly by: number } | undefined;
  /** From an instant on cache misses and stored orders change places. */
  swap: { readonly fromMs: number } | undefined;
  private readonly events: LogLine[] = [];
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** Adds lines at one instant. */
  event(atMs: number, level: LogSeverity, message: string, count: number): void {
    const line = JSON.stringify({ level, msg: message });
    this.events.push(...Array.from({ length: count }, () => ({ atMs, labels: {}, line })));
  }

  /** Lines in [fromMs, toMs), in order of time. */
  lines(fromMs: number, toMs: number): readonly LogLine[] {
    const lines = this.events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    for (let minute = Math.floor(fromMs / MINUTE); minute * MINUTE < toMs; minute += 1) {
      lines.push(...this.minute(minute).filter(({ atMs }) => atMs >= fromMs && atMs < toMs));
    }
    return lines.sort((a, b) => a.atMs - b.atMs);
  }

  private minute(minute: number): LogLine[] {
    const lines: LogLine[] = [];
    const startMs = minute * MINUTE;
    let state = (this.seed * 2_654_435_761 + minute * 40_503) >>> 0 || 1;
    const uniform = (): number => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    };
    [1, 2, 3, 4].forEach(uniform);
    const rhythm = 1 + 0.5 * Math.sin((2 * Math.PI * (startMs % DAY)) / DAY);
    for (const [name, perMinute, write] of MESSAGES) {
      const mean = perMinute * rhythm * this.factorOf(name, startMs);
      for (let at = -Math.log(1 - uniform()) / mean; at < 1; at -= Math.log(1 - uniform()) / mean) {
        const atMs = startMs + Math.floor(at * MINUTE);
        lines.push({ atMs, labels: {}, line: write(Math.floor(uniform() * 1e6)) });
      }
    }
    if (this.heartbeat && startMs % this.heartbeat.everyMs === 0 && startMs < this.heartbeat.untilMs) {
      const line = `{"level":"info","msg":"heartbeat of worker ${minute}"}`;
      lines.push({ atMs: startMs + Math.floor(uniform() * 2000), labels: {}, line });
    }
    return lines;
  }

  private factorOf(name: string, atMs: number): number {
    if (this.swap && atMs >= this.swap.fromMs) {
      return name === 'order stored' ? 0.5 : name === 'cache miss' ? 2 : 1;
    }
    const { factor } = this;
    return factor && atMs >= factor.fromMs && (factor.message === '' || factor.message === name) ? factor.by : 1;
  }
}
