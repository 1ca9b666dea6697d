import type { CheckResult } from '#contracts';
import type { VerificationCheck } from '#model';
import type { ExecutorContext } from '../context.ts';
import { describeError } from '../log.ts';

const QUERY_DEADLINE_MS = 10_000;

/**
 * Runs every check once, at the same time. A check without exactly one finite sample, or whose query fails, has the value
 * null and has not passed, unless the check itself says that no data is fine.
 * @throws the signal's reason on abort
 */
export async function evaluateChecks(
  context: Pick<ExecutorContext, 'metrics' | 'clock' | 'log'>,
  checks: readonly VerificationCheck[],
  signal: AbortSignal
): Promise<readonly CheckResult[]> {
  const results = await Promise.all(
    checks.map(async (check) => {
      const value = await readValue(context, check, signal);
      return {
        name: check.name,
        atMs: context.clock.now(),
        value,
        passed: value === null ? check.noData === 'pass' : compare(value, check.operator, check.threshold),
      };
    })
  );
  signal.throwIfAborted();
  return results;
}

/** Whether every check passed; false for an empty list, which shows nothing. */
export function allPassed(results: readonly CheckResult[]): boolean {
  return results.length > 0 && results.every((result) => result.passed);
}

async function readValue(
  { metrics, log }: Pick<ExecutorContext, 'metrics' | 'log'>,
  check: VerificationCheck,
  signal: AbortSignal
): Promise<number | null> {
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(QUERY_DEADLINE_MS)]);
    const value = await metrics.instant(check.query, deadline);
    return value !== null && Number.isFinite(value) ? value : null;
  } catch (error) {
    if (!signal.aborted) {
      log.warn('a check could not be answered', { check: check.name, error: describeError(error) });
    }
    return null;
  }
}

function compare(value: number, operator: VerificationCheck['operator'], threshold: number): boolean {
  switch (operator) {
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '==':
      return value === threshold;
    case '!=':
      return value !== threshold;
  }
}
