import { useState } from 'react';
import type { Problem } from '../problem.ts';

/** One thing at a time that a button starts: whether it is under way, and how it failed. */
export function useAction(toProblem: (error: unknown) => Problem) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = (step: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    step()
      .catch((error: unknown) => setProblem(toProblem(error)))
      .finally(() => setBusy(false));
  };
  return { busy, problem, run };
}
