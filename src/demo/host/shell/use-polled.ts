import { useCallback, useEffect, useState } from 'react';

/** The newest answer of a polled call; the last good value stays when a later call fails. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly problem: string | undefined;
  readonly refresh: () => void;
}

/** Calls `read` at once and then every `intervalMs` (real time) while the component is shown. */
export function usePolled<T>(read: () => Promise<T>, intervalMs: number): Polled<T> {
  const [state, setState] = useState<Pick<Polled<T>, 'value' | 'problem'>>({ value: undefined, problem: undefined });
  const refresh = useCallback(() => {
    read().then(
      (value) => setState({ value, problem: undefined }),
      (error: unknown) =>
        setState((old) => ({ ...old, problem: error instanceof Error ? error.message : String(error) }))
    );
  }, [read]);
  useEffect(() => {
    refresh();
    const timer = setInterval(refresh, intervalMs);
    return () => clearInterval(timer);
  }, [refresh, intervalMs]);
  return { ...state, refresh };
}
