const BUDGET_MS = 8;

/**
 * Runs the steps of a computation without blocking the page: after each slice the browser may draw and take input. What
 * is done within the first slice is done at once.
 * @param signal stops between two steps
 * @returns the result, or undefined when it was stopped
 */
export async function runInSlices<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T | undefined> {
  let until = performance.now() + BUDGET_MS;
  while (!signal.aborted) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    if (performance.now() > until) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      until = performance.now() + BUDGET_MS;
    }
  }
  return undefined;
}

/** Runs all steps at once. */
export function runAtOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}
