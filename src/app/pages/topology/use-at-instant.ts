import { useEffect, useRef, useState } from 'react';
import type { Problem } from '#ui';
import { isCancelled, toProblem } from '../../errors.ts';

/** What was read for an instant. Old data stay until those of another instant are there. */
export interface AtInstant<T> {
  readonly data: T | undefined;
  /** Whether `data` are of another instant than the one asked for. */
  readonly pending: boolean;
  readonly problem: Problem | undefined;
}

const REST_MS = 250;
const KEPT = 40;

/**
 * Reads something of a past instant when the instant has come to rest, and remembers what was read: the past stays as it
 * is.
 * @param key of the instant; nothing is read while it is undefined
 * @param load must be stable (useCallback) and answer for the key
 */
export function useAtInstant<T>(
  key: string | undefined,
  load: (key: string, signal: AbortSignal) => Promise<T>
): AtInstant<T> {
  const [state, setState] = useState<{ key?: string; data?: T; problem?: Problem }>({});
  const kept = useRef<{ load: unknown; answers: Map<string, T> }>({ load: undefined, answers: new Map() });
  useEffect(() => {
    if (kept.current.load !== load) {
      kept.current = { load, answers: new Map() };
    }
    const { answers } = kept.current;
    if (key === undefined) {
      return undefined;
    }
    const controller = new AbortController();
    const known = answers.get(key);
    const read = async () => {
      try {
        const data = known ?? (await load(key, controller.signal));
        answers.set(key, data);
        const [oldest] = answers.keys();
        if (answers.size > KEPT && oldest !== undefined) {
          answers.delete(oldest);
        }
        if (!controller.signal.aborted) {
          setState({ key, data });
        }
      } catch (error) {
        if (!controller.signal.aborted && !isCancelled(error)) {
          setState((old) => ({ ...old, key, problem: toProblem(error) }));
        }
      }
    };
    const timer = setTimeout(() => void read(), known === undefined ? REST_MS : 0);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, load]);
  if (key === undefined) {
    return { data: undefined, pending: false, problem: undefined };
  }
  return { data: state.data, pending: state.key !== key, problem: state.key === key ? state.problem : undefined };
}
