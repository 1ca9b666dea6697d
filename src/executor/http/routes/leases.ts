import { type LeaseAnswer, leaseRequestSchema } from '#contracts';
import type { ExecutorContext } from '../../context.ts';
import { record, write } from '../../context.ts';
import { ExecutorError } from '../../errors.ts';
import { actorOf } from '../../identity/principal.ts';
import type { Route } from '../route.ts';
import { BACKEND_LEDGER, callerOf, ok, parseWith } from '../route.ts';

const LEASE_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

/** Leases, with which several backends agree on one leader. Renewals are not audited, changes of the holder are. */
export function leaseRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: '/v1/leases/:name',
      access: BACKEND_LEDGER,
      doc: { summary: 'Takes or renews a lease, or says who has it.', body: leaseRequestSchema, answer: 'LeaseAnswer' },
      async handle(call) {
        const name = call.params['name'] ?? '';
        if (!LEASE_NAME.test(name)) {
          throw new ExecutorError('INVALID_REQUEST', 'name: letters, digits, dot, - and _ only, at most 100');
        }
        const request = parseWith(leaseRequestSchema, call.body, 'body');
        const actor = actorOf(callerOf(call));
        return ok(
          await write(context, async (session): Promise<LeaseAnswer> => {
            // Liveness of processes is a matter of real time, whatever clock the shop follows.
            const { changed, ...lease } = await session.leases.acquire(name, request, Date.now());
            if (changed) {
              const details = { holder: lease.holder, token: lease.token };
              await record(session, { atMs: context.clock.now(), actor, event: 'lease.taken', subject: name, details });
            }
            return lease;
          })
        );
      },
    },
  ];
}
