import type { LogLine, TimeWindow } from '#model';
import type { LokiClient } from './client.ts';

/** What is left for a read. Changed by it. */
export interface ReadBudget {
  characters: number;
  /** On the clock of `performance.now()`. */
  readonly endsAt: number;
}

/** Lines of a read, and whether they are all there are. */
export interface ReadOutcome {
  readonly lines: readonly LogLine[];
  readonly complete: boolean;
}

/** Loki's own limit for one answer. */
const PAGE = 5000;

/**
 * Lines of a log query in order of time, oldest first, page by page until the window, the limit or the budget ends. More
 * lines than one page holds inside one millisecond are cut to a page.
 * @throws TelemetryError
 */
export async function readLines(
  loki: Pick<LokiClient, 'queryLines'>,
  query: string,
  { fromMs, toMs }: TimeWindow,
  limit: number,
  budget: ReadBudget,
  signal?: AbortSignal
): Promise<ReadOutcome> {
  const lines: LogLine[] = [];
  let from = fromMs;
  let lost = false;
  const hasRoom = (): boolean =>
    from < toMs && lines.length < limit && budget.characters > 0 && performance.now() < budget.endsAt;
  let isEnd = false;
  while (!isEnd && hasRoom()) {
    const wanted = Math.min(PAGE, limit - lines.length);
    const window = { fromMs: from, toMs };
    const page = await loki.queryLines(query, { window, limit: wanted, direction: 'forward', signal });
    const next = takePage(page, wanted, toMs);
    lines.push(...next.kept);
    budget.characters -= next.kept.reduce((sum, { line }) => sum + line.length, 0);
    lost ||= next.lost;
    from = next.fromMs;
    isEnd = next.isEnd;
  }
  return { lines, complete: from >= toMs && !lost };
}

/** What of a page counts, and where the next one begins: at its last millisecond, which may hold more than came. */
function takePage(page: readonly LogLine[], wanted: number, toMs: number) {
  const last = page.at(-1)?.atMs ?? toMs;
  const isLast = page.length < wanted;
  const isEnd = isLast || wanted < PAGE;
  const oneInstant = page[0]?.atMs === last;
  return {
    kept: isEnd || oneInstant ? page : page.filter(({ atMs }) => atMs < last),
    lost: oneInstant && !isLast,
    fromMs: isLast ? toMs : oneInstant ? last + 1 : last,
    isEnd,
  };
}
