import type { EffectOutcome } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { KubernetesError } from './kubernetes-error.ts';

/** What a failed change says about itself. Whatever leaves open whether it was done is `unknown`; never a guess. */
export function outcomeOf(error: unknown): EffectOutcome {
  if (!(error instanceof KubernetesError)) {
    throw error;
  }
  const { message } = error;
  const wait = error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds };
  if (error.phase === 'not-sent') {
    return { kind: 'unavailable', message };
  }
  if (error.phase === 'perhaps-sent' || error.httpStatus >= 500) {
    return { kind: 'unknown', message, ...wait };
  }
  switch (error.httpStatus) {
    case 401:
    case 403:
      return { kind: 'unauthorised', message };
    case 404:
    case 409:
    case 410:
      return { kind: 'conflict', message };
    case 429:
      return isDisruptionBudget(error)
        ? { kind: 'blocked', message, ...wait }
        : { kind: 'unavailable', message, ...wait };
    default:
      return isFailedTest(error) ? { kind: 'conflict', message } : { kind: 'refused', message };
  }
}

/** The refusal of a read or a dry run, in the executor's terms. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof KubernetesError)) {
    return error;
  }
  const { httpStatus, retryAfterSeconds, message } = error;
  const unavailable =
    error.phase !== 'answered' || httpStatus >= 500 || (httpStatus === 429 && !isDisruptionBudget(error));
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return unavailable
    ? new ExecutorError('PLATFORM_UNAVAILABLE', `The cluster did not answer: ${message}.`, wait)
    : new ExecutorError('PLATFORM_REFUSED', `The cluster refused: ${message}`);
}

/** Runs a read or a dry run; failures come out as {@link refusalOf} says. */
export async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error);
  }
}

function isDisruptionBudget(error: KubernetesError): boolean {
  return error.causes.includes('DisruptionBudget');
}

/** A `test` of a JSON patch that failed: the only 422 that names no cause. */
function isFailedTest(error: KubernetesError): boolean {
  return error.httpStatus === 422 && error.causes.length === 0;
}
