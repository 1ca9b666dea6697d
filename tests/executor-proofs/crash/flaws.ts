import { randomUUID } from 'node:crypto';
import type { Action, EffectRequest } from '../../../src/executor/actions/action.ts';
import type { Flaw } from './cell.ts';

/** An action with a mistake in it. */
export function flawed(action: Action, flaw: Flaw): Action {
  const sendAnew = async (request: EffectRequest, signal: AbortSignal) => {
    const { uid, version, preImage } = await action.read(request.input, signal);
    const anew = { expected: { uid, version }, preImage, operationId: randomUUID(), mintedMs: Date.now() };
    return action.apply({ ...request, ...anew }, signal);
  };
  switch (flaw) {
    case 'resends':
      return {
        ...action,
        apply: sendAnew,
        resolve: async () => ({ kind: 'not-applied', message: 'it is not looked for' }),
      };
    case 'trusting':
      return { ...action, resolve: async () => ({ kind: 'applied', message: 'it will have been sent' }) };
    case 'eager': {
      let rehearsals = 0;
      return {
        ...action,
        // The first rehearsal is for the plan, the next one right before the intent would be stored.
        dryRun: async (input, state, signal) => {
          const answer = await action.dryRun(input, state, signal);
          rehearsals += 1;
          if (rehearsals > 1) {
            await sendAnew({ input, expected: state, preImage: state.preImage, operationId: '', mintedMs: 0 }, signal);
          }
          return answer;
        },
        apply: async () => ({ kind: 'applied', message: 'it was sent before' }),
      };
    }
  }
}
