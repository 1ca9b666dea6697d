import {
  appendRunEventsSchema,
  finishRunSchema,
  type RunDetail,
  type RunEventsAnswer,
  runFeedbackSchema,
  startRunSchema,
} from '#contracts';
import { z } from 'zod';
import type { ExecutorContext } from '../../context.ts';
import { addFeedback, appendEvents, cancelRun, findRun, finishRun, startRun } from '../../runs/keep-run.ts';
import type { Call, Route } from '../route.ts';
import {
  BACKEND_LEDGER,
  callerOf,
  emptyBody,
  idOf,
  ok,
  pageQuery,
  parseWith,
  PERSONS,
  personOf,
  READERS,
} from '../route.ts';

const listQuery = pageQuery.extend({
  status: z.enum(['running', 'finished', 'failed', 'cancelled']).optional(),
  incidentId: z.string().min(1).max(26).optional(),
  service: z.string().min(1).max(253).optional(),
});
const eventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});
/** A page of events ends early here, so that it fits what callers take. */
const MAX_PAGE_CHARACTERS = 1_000_000;

/** Investigations: kept by the backend, read by all, ended and judged by persons. */
export function runRoutes(context: ExecutorContext): readonly Route[] {
  return [...readRoutes(context), ...backendRoutes(context), ...personRoutes(context)];
}

function readRoutes(context: ExecutorContext): readonly Route[] {
  const { read } = context.ledger;
  return [
    {
      method: 'GET',
      path: '/v1/runs',
      access: READERS,
      doc: { summary: 'Investigations, newest first.', query: listQuery, answer: 'Page of RunRecord' },
      async handle(call) {
        const { status, incidentId, service, ...page } = parseWith(listQuery, call.query, 'query');
        return ok(await read.runs.list(page, { status, incidentId, service }));
      },
    },
    {
      method: 'GET',
      path: '/v1/runs/:id',
      access: READERS,
      doc: { summary: 'One investigation with what persons said about it.', answer: 'RunDetail' },
      async handle(call) {
        const run = await findRun(read, idOf(call));
        const detail: RunDetail = { ...run, feedback: await read.runs.feedback(run.id) };
        return ok(detail);
      },
    },
    {
      method: 'GET',
      path: '/v1/runs/:id/events',
      access: READERS,
      doc: { summary: 'Events of an investigation after a number.', query: eventsQuery, answer: 'RunEventsAnswer' },
      handle: async (call) => ok(await readEvents(context, call)),
    },
  ];
}

async function readEvents({ ledger }: ExecutorContext, call: Call): Promise<RunEventsAnswer> {
  const { after, limit } = parseWith(eventsQuery, call.query, 'query');
  const run = await findRun(ledger.read, idOf(call));
  const found = await ledger.read.runs.events(run.id, after, limit);
  let characters = 0;
  const fits = found.findIndex((event) => (characters += JSON.stringify(event).length) > MAX_PAGE_CHARACTERS);
  const events = fits > 0 ? found.slice(0, fits) : found;
  return { run, events, more: (events.at(-1)?.seq ?? after) < run.lastSeq };
}

function backendRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/runs',
      access: BACKEND_LEDGER,
      doc: {
        summary: 'Starts an investigation; the same fingerprint and start answer the one that is there.',
        body: startRunSchema,
        answer: 'RunRecord',
      },
      async handle(call) {
        const body = parseWith(startRunSchema, call.body, 'body');
        const { run, created } = await startRun(context, callerOf(call), body);
        return { status: created ? 201 : 200, body: run };
      },
    },
    {
      method: 'POST',
      path: '/v1/runs/:id/events',
      access: BACKEND_LEDGER,
      doc: {
        summary: 'Adds events; the same numbers again change nothing.',
        body: appendRunEventsSchema,
        answer: 'AppendedEvents',
      },
      async handle(call) {
        const { events } = parseWith(appendRunEventsSchema, call.body, 'body');
        return ok(await appendEvents(context, idOf(call), events));
      },
    },
    {
      method: 'POST',
      path: '/v1/runs/:id/finish',
      access: BACKEND_LEDGER,
      doc: { summary: 'Ends an investigation.', body: finishRunSchema, answer: 'RunRecord' },
      async handle(call) {
        const body = parseWith(finishRunSchema, call.body, 'body');
        return ok(await finishRun(context, callerOf(call), idOf(call), body));
      },
    },
  ];
}

function personRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/runs/:id/cancel',
      access: PERSONS,
      doc: { summary: 'Ends an investigation by the word of a person.', body: emptyBody, answer: 'RunRecord' },
      async handle(call) {
        parseWith(emptyBody, call.body, 'body');
        return ok(await cancelRun(context, personOf(call), idOf(call)));
      },
    },
    {
      method: 'POST',
      path: '/v1/runs/:id/feedback',
      access: PERSONS,
      doc: {
        summary: 'Says whether cause, evidence or proposal was right.',
        body: runFeedbackSchema,
        answer: 'RunFeedbackRecord',
      },
      async handle(call) {
        const feedback = parseWith(runFeedbackSchema, call.body, 'body');
        return { status: 201, body: await addFeedback(context, personOf(call), idOf(call), feedback) };
      },
    },
  ];
}
