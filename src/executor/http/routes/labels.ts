import { anomalyLabelSchema } from '#contracts';
import { z } from 'zod';
import type { ExecutorContext } from '../../context.ts';
import { record, write } from '../../context.ts';
import { ExecutorError } from '../../errors.ts';
import { actorOf } from '../../identity/principal.ts';
import { toLabelRecord } from '../../store/label-store.ts';
import type { Call, Route } from '../route.ts';
import { idOf, ok, pageQuery, parseWith, PERSONS, personOf, READERS } from '../route.ts';

const time = z.coerce.number().int().nonnegative().optional();
const listQuery = pageQuery.extend({ from: time, to: time, service: z.string().min(1).max(253).optional() });

/** What persons say about anomalies: acknowledged, incident, false alarm, expected, maintenance. */
export function labelRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/labels',
      access: READERS,
      doc: {
        summary: 'What persons said about anomalies that overlap a range.',
        query: listQuery,
        answer: 'Page of AnomalyLabelRecord',
      },
      async handle(call) {
        const { from, to, service, ...page } = parseWith(listQuery, call.query, 'query');
        return ok(await context.ledger.read.labels.list(page, { fromMs: from, toMs: to, service }));
      },
    },
    {
      method: 'POST',
      path: '/v1/labels',
      access: PERSONS,
      doc: { summary: 'Says what an anomaly was.', body: anomalyLabelSchema, answer: 'AnomalyLabelRecord' },
      handle: async (call) => ({ status: 201, body: await addLabel(context, call) }),
    },
    {
      method: 'POST',
      path: '/v1/labels/:id/withdraw',
      access: PERSONS,
      doc: { summary: 'Takes a label back; it stays in the audit.', answer: 'AnomalyLabelRecord' },
      handle: async (call) => ok(await withdrawLabel(context, call)),
    },
  ];
}

async function addLabel(context: ExecutorContext, call: Call) {
  const body = parseWith(anomalyLabelSchema, call.body, 'body');
  const person = personOf(call);
  const atMs = context.clock.now();
  const label = toLabelRecord(body, { id: context.newId(), author: person.name, createdMs: atMs });
  await write(context, async (session) => {
    await session.labels.insert({ ...label, authorId: person.id });
    const { id, author: _author, createdMs: _createdMs, ...details } = label;
    await record(session, { atMs, actor: actorOf(person), event: 'label.added', subject: id, details });
  });
  return label;
}

async function withdrawLabel(context: ExecutorContext, call: Call) {
  const person = personOf(call);
  const id = idOf(call);
  const atMs = context.clock.now();
  return write(context, async (session) => {
    const label = await session.labels.find(id);
    if (!label || !(await session.labels.withdraw(id, actorOf(person), atMs))) {
      throw new ExecutorError('NOT_FOUND', 'There is no such label, or it was withdrawn before.');
    }
    const { service, label: kind } = label;
    const details = { service, label: kind };
    await record(session, { atMs, actor: actorOf(person), event: 'label.withdrawn', subject: id, details });
    return label;
  });
}
