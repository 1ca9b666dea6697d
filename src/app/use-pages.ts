import { useCallback, useMemo, useState } from 'react';
import type { Page } from '#contracts';
import type { Problem } from '#ui';
import { toProblem } from './errors.ts';
import { type Polled, usePolling } from './use-polling.ts';

/** A list that begins with what is newest and grows by a page when somebody asks for more. */
export interface Pages<T> {
  readonly polled: Polled<readonly T[]>;
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly problem: Problem | undefined;
  readonly more: () => void;
}

interface Older<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/**
 * Reads the first page again and again and keeps the older ones as they were read. Entries that moved to an older page in
 * the meantime are shown once, as they are now.
 * @param load must be stable (useCallback)
 */
export function usePages<T extends { readonly id: string }>(
  load: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>,
  intervalMs: number
): Pages<T> {
  const [older, setOlder] = useState<Older<T>>();
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const first = useCallback((signal: AbortSignal) => load(undefined, signal), [load]);
  const polled = usePolling(first, intervalMs);
  const cursor = older ? older.cursor : (polled.data?.nextCursor ?? null);
  const more = () => {
    if (cursor === null) {
      return;
    }
    setLoading(true);
    setProblem(undefined);
    load(cursor)
      .then(({ items, nextCursor }) => {
        // What the first page showed when its cursor was given may have left it since.
        const known = older?.items ?? polled.data?.items ?? [];
        setOlder({ items: [...known, ...items], cursor: nextCursor });
      })
      .catch((error: unknown) => setProblem(toProblem(error)))
      .finally(() => setLoading(false));
  };
  const data = useMemo(() => polled.data && mergeById(polled.data.items, older?.items ?? []), [polled.data, older]);
  return { polled: { ...polled, data }, hasMore: cursor !== null, loading, problem, more };
}

/** Entries of both lists in their order; of two with the same id the newer one. */
function mergeById<T extends { readonly id: string }>(newest: readonly T[], older: readonly T[]): readonly T[] {
  const known = new Set(newest.map(({ id }) => id));
  return [...newest, ...older.filter(({ id }) => !known.has(id))];
}
