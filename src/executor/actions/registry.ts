import { ExecutorError } from '../errors.ts';
import type { Action } from './action.ts';

/** Everything that this executor can do, by name. */
export interface ActionRegistry {
  /** @throws ExecutorError PARAMETER_INVALID when there is no such action here */
  get(name: string): Action;
  readonly byName: ReadonlyMap<string, Action>;
}

/** @throws Error when two actions have one name */
export function actionRegistry(actions: readonly Action[]): ActionRegistry {
  const byName = new Map(actions.map((action) => [action.name, action]));
  if (byName.size !== actions.length) {
    throw new Error('Two actions have the same name.');
  }
  return {
    byName,
    get(name) {
      const action = byName.get(name);
      if (!action) {
        throw new ExecutorError('PARAMETER_INVALID', `action: "${name}" is not enabled on this executor.`);
      }
      return action;
    },
  };
}
