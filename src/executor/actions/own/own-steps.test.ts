import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { loadChannels } from '../../notifications/index.ts';
import { loadEndpoints } from '../../outbound/index.ts';
import { fakeReceiver, type FakeReceiver } from '../../outbound/testing/fake-receiver.ts';
import { DEFAULT_POLICY } from '../../policy.ts';
import { folderCatalogue } from '../../runbooks/folder-catalogue.ts';
import { inlineCel } from '../../runbooks/testing/example.ts';
import { openSqliteLedger } from '../../store/sqlite/open-ledger.ts';
import { makeHarness, type Harness } from '../../testing/harness.ts';
import { settle } from '../../testing/manual-clock.ts';
import { loadScripts } from './index.ts';

const RUNBOOK = `apiVersion: aiops.io/v1
kind: Runbook
metadata: { name: own-steps, version: 1, title: Own steps }
spec:
  parameters:
    service: { type: service, description: What is slow }
  policy: { risk: high, approval: { mode: required } }
  notifications:
    - { channel: incidents, on: [approval-requested, succeeded, failed, needs-human] }
  steps:
    - { id: pause, action: wait, with: { seconds: 20 } }
    - { id: slow, action: query, with: { query: latency, op: '>', value: 0.1 } }
    - { id: tell, action: notify, with: { channel: incidents, message: 'Acting now <!channel>' } }
    - { id: limit, action: http.request, with: { endpoint: limits, body: { service: { $param: service }, rps: 500 } } }
    - { id: flush, action: script.run, with: { script: flush, args: { zone: shop } } }
    - { id: follow, action: ticket, with: { endpoint: tickets, summary: Find the cause, priority: high } }
  verify:
    checks: [{ name: quick, query: after, op: '<', value: 0.5 }]
    settle: 30s
    consecutive: 2
`;

let folder: string;
let receiver: FakeReceiver;
let harness: Harness;

function file(name: string, content: unknown, mode = 0o600): string {
  const full = path.join(folder, name);
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return full;
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-own-'));
  mkdirSync(path.join(folder, 'runbooks'));
  file('runbooks/own.yaml', RUNBOOK);
  receiver = await fakeReceiver({ tls: true });
  const caFile = file('ca.pem', receiver.ca);
  const endpoint = (name: string) => ({
    url: `${receiver.url}/${name}`,
    allowPrivate: true,
    caFile,
    timeoutSeconds: 1,
  });
  const endpoints = loadEndpoints(
    file('endpoints.json', { endpoints: { limits: endpoint('limits'), tickets: endpoint('tickets') } })
  );
  const webhookUrlFile = file('hook', `${receiver.url}/chat`);
  const channels = loadChannels(
    file('channels.json', { channels: { incidents: { type: 'slack', webhookUrlFile, allowPrivate: true, caFile } } }),
    endpoints
  );
  const program = file('flush', `#!${process.execPath}\nconsole.log(process.argv.slice(2).join(' '));\n`, 0o755);
  const script = {
    title: 'Flush',
    program,
    args: { zone: { type: 'name' } },
    workingDirectory: folder,
    timeoutSeconds: 10,
  };
  const ledger = await openSqliteLedger(':memory:');
  harness = await makeHarness({
    ledger,
    runbooks: folderCatalogue(path.join(folder, 'runbooks'), inlineCel, ledger),
    endpoints,
    channels,
    scripts: loadScripts(file('scripts.json', { scripts: { flush: script } })),
    policy: { ...DEFAULT_POLICY, peakHours: [] },
  });
  Object.assign(harness.metrics, { latency: 0.2, after: 0.1, users: 0.1 });
});
afterEach(async () => {
  await harness.stop();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<() => Promise<ExecutionRecord>> {
  const { id: incidentId } = await harness.openIncident();
  const person = async (method: 'GET' | 'POST', url: string, body?: object) =>
    (await harness.call(method, url, await harness.callers.person('carol'), body)).json;
  const proposal = { runbook: { name: 'own-steps' }, parameters: { service: 'payment' }, confidence: 0.9 };
  const plan = (await person('POST', '/v1/plans', { ...proposal, rationale: 'slow [1]', incidentId })) as PlanRecord;
  expect(plan.steps?.map(({ id }) => id)).toEqual(['pause', 'slow', 'tell', 'limit', 'flush', 'follow']);
  for (const login of ['alice', 'bob'].slice(0, plan.risk.approvalsRequired)) {
    expect((await harness.decide(plan, login)).status).toBe(200);
  }
  return async () => {
    await harness.clock.advance(5);
    await settle();
    const { executionId } = (await person('GET', `/v1/plans/${plan.id}`)) as PlanRecord;
    return (await person('GET', `/v1/executions/${executionId}`)) as ExecutionRecord;
  };
}

const requestsTo = (name: string) => receiver.requests.filter((request) => request.path === `/${name}`);

describe('steps that change no platform', () => {
  it('are carried out in order, each once, and people are told', { timeout: 60_000 }, async () => {
    const look = await start();
    await expect.poll(async () => (await look()).status, { timeout: 40_000 }).toBe('finished');
    const { outcome, steps } = await look();
    expect(outcome).toBe('recovered');
    expect(steps.map(({ phase }) => phase)).toEqual(Array.from({ length: 6 }, () => 'settled'));
    expect(steps[1]?.details).toEqual({ passed: true, value: 0.2 });
    expect(steps[4]?.details).toEqual({ exitCode: 0, output: '--zone=shop\n' });
    expect((steps[1]?.effectMs ?? 0) - (steps[0]?.effectMs ?? 0)).toBeGreaterThanOrEqual(20_000);
    expect(requestsTo('limits').map(({ body }) => body)).toEqual(['{"service":"payment","rps":500}']);
    expect(requestsTo('tickets').map(({ body }) => body)).toEqual(['{"summary":"Find the cause","priority":"high"}']);
    expect(harness.platform.effects).toEqual([]);
    await expect.poll(() => requestsTo('chat').length, { timeout: 15_000 }).toBe(3);
    expect(requestsTo('chat').map(({ body }) => (JSON.parse(body) as { readonly text: string }).text)).toEqual([
      'Approval requested: Own steps',
      'Message: Acting now &lt;!channel&gt;',
      'Succeeded: Own steps',
    ]);
  });

  it('stop for a person when nobody knows whether a request arrived', { timeout: 60_000 }, async () => {
    receiver.answer('cut');
    const look = await start();
    await expect.poll(async () => (await look()).status, { timeout: 40_000 }).toBe('needs-human');
    const { message, steps } = await look();
    expect(message).toContain('cannot be asked');
    expect(steps.map(({ phase }) => phase).slice(3)).toEqual(['intent', 'pending', 'pending']);
    expect(requestsTo('limits')).toHaveLength(1);
  });
});
