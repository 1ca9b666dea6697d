import { useEffect, useState } from 'react';

const TICK_MS = 200;

/** Time since an instant of `performance.now()`, which no simulated clock changes; stands still while not `isRunning`. */
export function useElapsed(sinceMs: number, isRunning: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!isRunning) {
      return undefined;
    }
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return isRunning ? Math.max(0, now - sinceMs) : 0;
}
