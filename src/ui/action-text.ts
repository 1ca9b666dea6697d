import type { PlanRunbook } from '#contracts';
import type { ActionParameters } from '#model';
import { formatBytes, formatSeconds } from './format.ts';

/** The parts of a plan or proposal that say what will be done. */
export interface DescribedAction {
  readonly action: string;
  readonly target: { readonly kind: string; readonly name: string; readonly peer?: string | undefined };
  readonly parameters: ActionParameters;
  /** Of a plan that was made from one. */
  readonly runbook?: PlanRunbook | null | undefined;
}

/** What is acted on: `payment`, or `payment → payment-provider` for an edge. */
export function describeTarget(target: DescribedAction['target']): string {
  return target.peer ? `${target.name} → ${target.peer}` : target.name;
}

/** One imperative sentence without a full stop: `Scale catalog to 4 replicas`. Unknown parameters are listed as they are. */
export function describeAction({ action, target, parameters, runbook }: DescribedAction): string {
  const name = describeTarget(target);
  if (runbook) {
    return `${runbook.title} (${name})`;
  }
  const seconds = parameters.durationSeconds;
  const duration = typeof seconds === 'number' ? ` for ${formatSeconds(seconds)}` : '';
  switch (action) {
    case 'scale':
      return `Scale ${name} to ${text(parameters.replicas)} replicas`;
    case 'restart':
      return `Restart ${name}`;
    case 'rollback':
      return `Roll back ${name} to its previous version`;
    case 'rate-limit':
      return `Limit ${name} to ${text(parameters.requestsPerSecond)} requests per second${duration}`;
    case 'circuit-break':
      return `Open the circuit breaker ${name}${duration}`;
    case 'set-memory-limit': {
      const limit = parameters.limitBytes;
      return `Set the memory limit of ${name} to ${typeof limit === 'number' ? formatBytes(limit) : text(limit)}`;
    }
    case 'create-index':
      return `Create an index on ${text(parameters.table)}(${text(parameters.column)}) in ${name}`;
    case 'notify':
      return `Notify about ${name}: ${text(parameters.message)}`;
    case 'manual':
      return `By hand on ${name}: ${text(parameters.description)}`;
    default:
      return `${action} on ${name}`;
  }
}

function text(value: string | number | boolean | undefined): string {
  return value === undefined ? '?' : String(value);
}
