import { z } from 'zod';
import type { ExecutorContext } from '../../context.ts';
import type { Route } from '../route.ts';
import { ok, parseWith, READERS } from '../route.ts';

const listQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

export function auditRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/audit',
      access: READERS,
      doc: { summary: 'Entries of the audit, oldest first.', query: listQuery, answer: 'Page of AuditEntry' },
      async handle(call) {
        const { after, limit } = parseWith(listQuery, call.query, 'query');
        const found = await context.ledger.read.audit.after(after, limit + 1);
        const items = found.slice(0, limit);
        const nextCursor = found.length > limit ? String(items.at(-1)?.sequence ?? after) : null;
        return ok({ items, nextCursor });
      },
    },
    {
      method: 'GET',
      path: '/v1/audit/verify',
      access: READERS,
      doc: { summary: 'Follows the whole hash chain.', answer: 'AuditVerification' },
      handle: async () => ok(await context.audit.verify()),
    },
  ];
}
