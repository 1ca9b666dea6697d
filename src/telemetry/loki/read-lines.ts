import type { LogLine, TimeWindow } from '#model';
import { TelemetryError } from '../errors.ts';
import type { LokiClient } from './client.ts';

/** What is left for a read. Changed by it. */
export interface ReadBudget {
  characters: number;
  /** Lines in one answer, where the server allows fewer than usual. */
  page?: number;
  /** On the clock of `performance.now()`. */
  readonly endsAt: number;
}

/** Lines of a read, and whether they are all there are. */
export interface ReadOutcome {
  readonly lines: readonly LogLine[];
  readonly complete: boolean;
}

/** Loki's own limit for one answer, unless it is set lower. */
const PAGE = 5000;
const PAGE_TOO_LONG = /max_entries_limit_per_query \((\d{1,9}) > (\d{1,9})\)/;

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
    const pageSize = budget.page ?? PAGE;
    const wanted = Math.min(pageSize, limit - lines.length);
    const window = { fromMs: from, toMs };
    const ask = () => loki.queryLines(query, { window, limit: wanted, direction: 'forward', signal });
    const page = await ask().catch((error: unknown) => keepToServerLimit(error, wanted, budget));
    if (page === undefined) {
      continue;
    }
    const next = takePage(page, wanted, pageSize, toMs);
    lines.push(...next.kept);
    budget.characters -= next.kept.reduce((sum, { line }) => sum + line.length, 0);
    lost ||= next.lost;
    from = next.fromMs;
    isEnd = next.isEnd;
  }
  return { lines, complete: from >= toMs && !lost };
}

/** Remembers a lower limit that the server names, so that the page is asked for again; throws every other error. */
function keepToServerLimit(error: unknown, wanted: number, budget: ReadBudget): undefined {
  const allowed = Number(error instanceof TelemetryError ? PAGE_TOO_LONG.exec(error.message)?.[2] : undefined);
  if (!(allowed >= 1 && allowed < wanted)) {
    throw error;
  }
  budget.page = allowed;
}

/** What of a page counts, and where the next one begins: at its last millisecond, which may hold more than came. */
function takePage(page: readonly LogLine[], wanted: number, pageSize: number, toMs: number) {
  const last = page.at(-1)?.atMs ?? toMs;
  const isLast = page.length < wanted;
  const isEnd = isLast || wanted < pageSize;
  const oneInstant = page[0]?.atMs === last;
  return {
    kept: isEnd || oneInstant ? page : page.filter(({ atMs }) => atMs < last),
    lost: oneInstant && !isLast,
    fromMs: isLast ? toMs : oneInstant ? last + 1 : last,
    isEnd,
  };
}
