import { z } from 'zod';
import type { ExecutorContext } from '../../context.ts';
import { record, write } from '../../context.ts';
import { actorOf } from '../../identity/principal.ts';
import type { Route } from '../route.ts';
import { ok, parseWith, PERSONS, personOf, READERS } from '../route.ts';

/** Body of `PUT /v1/freeze`. */
export const freezeSchema = z.strictObject({
  frozen: z.boolean(),
  reason: z.string().min(1).max(500),
});

/** The kill switch: while frozen, nothing is approved and no effect is started; verification goes on. */
export function freezeRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/freeze',
      access: READERS,
      doc: { summary: 'The kill switch.', answer: 'FreezeState' },
      handle: async () => ok(await context.ledger.read.settings.freeze()),
    },
    {
      method: 'PUT',
      path: '/v1/freeze',
      access: PERSONS,
      doc: { summary: 'Sets or lifts the kill switch.', body: freezeSchema, answer: 'FreezeState' },
      async handle(call) {
        const { frozen, reason } = parseWith(freezeSchema, call.body, 'body');
        const person = personOf(call);
        const state = { frozen, reason, actor: person.name, atMs: context.clock.now() };
        await write(context, async (session) => {
          await session.settings.setFreeze(state);
          const event = frozen ? 'executor.frozen' : 'executor.unfrozen';
          const entry = { atMs: state.atMs, actor: actorOf(person), event, subject: 'executor', details: { reason } };
          await record(session, entry);
        });
        return ok(state);
      },
    },
  ];
}
