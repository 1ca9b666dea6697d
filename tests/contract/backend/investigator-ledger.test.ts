import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BudgetAnswer, InvestigatorLine } from '#contracts';
import { SIGNING_KEY_PEM, startStillExecutor, type StillExecutor } from '../../support/executor/still-executor.ts';
import { message, type MessagesServer, sendStream, startMessagesServer } from '../../support/llm/messages-server.ts';
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
