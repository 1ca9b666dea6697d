import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BudgetAnswer, IncidentRecord, InvestigatorLine, RunsAnswer, StartedRun } from '#contracts';
import { SIGNING_KEY_PEM, startStillExecutor, type StillExecutor } from '../../support/executor/still-executor.ts';
import {
  message,
  type MessagesServer,
  sendStream,
  startMessagesServer,
  toolMessage,
} from '../../support/llm/messages-server.ts';
import { nowMs, startSession } from './plugin-session.ts';

const session = startSession();
const SUBJECT = { kind: 'window', service: 'gateway', fromMs: nowMs - 20 * 60_000, toMs: nowMs };

let folder: string;
let model: MessagesServer;
let still: StillExecutor;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'budget-'));
  model = await startMessagesServer();
  await startExecutor();
});
afterAll(async () => {
  await still.stop();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startExecutor(port = 0): Promise<void> {
  still = await startStillExecutor({ folder, now: () => nowMs, port });
}

const settings = () => ({
  ...session.settings({
    llm: { enabled: true, baseUrl: model.url, model: 'test-model' },
    executor: { url: still.url, timeoutSeconds: 5 },
  }),
  secrets: { llmApiKey: 'k', executorSigningKey: SIGNING_KEY_PEM },
});
const budget = async () => {
  const { body } = await session.client.fetchResource(settings(), { path: 'investigations/budget' });
  return JSON.parse(body) as BudgetAnswer & { kind: 'on' };
};
const investigate = async () => {
  session.upstream.faultFromMs = nowMs - 8 * 60_000;
  const body = JSON.stringify({ subject: SUBJECT });
  const call = { method: 'POST', path: 'investigations/investigate', body };
  const { body: text } = await session.client.fetchResource(settings(), call);
  const last = JSON.parse(text.trim().split('\n').at(-1) ?? '') as InvestigatorLine;
  return last.kind === 'outcome' ? last.outcome : undefined;
};

it('budgets are kept by the executor, survive its restart, and nothing is sent while it is away', async () => {
  model.behave((response) => sendStream(response, message('no report')));
  expect(await investigate()).toMatchObject({ kind: 'rejected' });
  const before = await budget();
  expect(before).toMatchObject({ keptIn: 'ledger', problem: null });
  expect(before.perMonth.used?.tokens).toBeGreaterThan(500);

  await still.stop();
  model.behave((response) => response.end());
  expect(await investigate()).toMatchObject({ kind: 'failed', code: 'CAUSEWAY_LLM_BUDGET_UNKNOWN' });
  expect(model.seen).toEqual([]);
  expect(await budget()).toMatchObject({ perMonth: { used: null }, problem: { kind: 'failed' } });

  await startExecutor(Number(new URL(still.url).port));
  expect((await budget()).perMonth.used).toEqual(before.perMonth.used);
});

it('an incident that the ledger does not have is a clear refusal', async () => {
  const subject = { kind: 'incident', id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
  const body = JSON.stringify({ task: 'explain', subject });
  const call = { method: 'POST', path: 'investigations/explain-preview', body };
  const answer = await session.client.fetchResource(settings(), call);
  expect(answer.body).toContain('CAUSEWAY_EXECUTOR_REFUSED');
});

it(
  'an incident is looked into by a language model: in its ledger, on its budget, with its runbooks',
  { timeout: 120_000 },
  async () => {
    session.upstream.faultFromMs = nowMs - 8 * 60_000;
    const given = settings();
    const call = async <T>(method: 'GET' | 'POST', resource: string, body?: object) => {
      const [resourcePath = '', query] = resource.split('?');
      const reply = await session.client.fetchResource(given, {
        method,
        path: resourcePath,
        ...(query === undefined ? {} : { query }),
        body: body === undefined ? '' : JSON.stringify(body),
      });
      return JSON.parse(reply.body) as T;
    };
    const window = { fromMs: nowMs - 20 * 60_000, toMs: nowMs };
    const start = (depth: string, incidentId: string | null) =>
      call<StartedRun>('POST', 'runs', { request: { service: 'gateway', window, depth }, incidentId });
    const stored = async (id: string) => still.executor.context.ledger.read.runs.find(id);
    const over = (id: string) =>
      expect.poll(async () => (await stored(id))?.status, { timeout: 30_000 }).toBe('finished');

    model.behave((response, _, { body }) => {
      const opening = body.messages[0]?.content[0]?.text ?? '';
      const first = /"evidence":\[\{"number":(\d+)/.exec(opening)?.[1];
      const said = { text: 'The service gateway is in trouble.', cites: [Number(first)] };
      const answer = {
        root_cause: [said],
        confidence: 0.9,
        impact: [{ text: 'It lost 73 % of its orders.', cites: [999] }],
      };
      const isFirst = body.tools !== undefined && body.messages.length === 1;
      sendStream(
        response,
        isFirst ? toolMessage({ name: 'read_ranking', input: {} }) : message(JSON.stringify(answer))
      );
    });
    const { run: found } = await start('engine', null);
    await over(found.id);
    const incident = await call<IncidentRecord>('POST', 'incidents', { runId: found.id });
    const runsOf = async () => (await call<RunsAnswer>('GET', `runs?incidentId=${incident.id}`)).items;
    await expect
      .poll(async () => (await runsOf()).map(({ status }) => status), { timeout: 30_000 })
      .toEqual(['finished']);

    const { run } = await start('investigate', incident.id);
    await over(run.id);
    const record = await stored(run.id);
    expect(record).toMatchObject({ incidentId: incident.id, cause: { service: 'orders-db' }, cost: { modelCalls: 2 } });
    const events = await still.executor.context.ledger.read.runs.events(run.id, 0, 1000);
    const sent = events.find((event) => event.type === 'sent');
    expect(sent?.body).toBe(model.seen.find(({ body }) => body.tools !== undefined)?.text);
    expect(events.find((event) => event.type === 'written')).toMatchObject({
      rootCause: [{ text: 'The service gateway is in trouble.' }],
      impact: [],
      cut: [{ part: 'impact', reason: 'unknown-citation' }],
    });
    const used = await call<BudgetAnswer & { kind: 'on' }>('GET', `investigations/budget?incident=${incident.id}`);
    expect(used.perIncident?.used?.tokens).toBe(
      (await runsOf()).reduce((sum, { cost }) => sum + (cost?.tokensIn ?? 0) + (cost?.tokensOut ?? 0), 0)
    );
    expect(await session.client.collectMetrics()).toMatch(
      /causeway_llm_tasks_total\{provider="messages-api",model="test-model",task="investigate",outcome="written"\} 1/
    );
  }
);
