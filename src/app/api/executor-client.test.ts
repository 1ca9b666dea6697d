import { describe, expect, it } from 'vitest';
import { type FakeAnswer, fakeHttp } from '../testing/fake-http.ts';
import { createExecutorClient, type ExecutorClient } from './executor-client.ts';

const BASE = '/api/plugin-proxy/causeway-aiops-app/executor/v1';
const PAGE: FakeAnswer = { value: { items: [], nextCursor: null } };
const DECISION = { decision: 'approve', planHash: 'a'.repeat(64), challenge: 'c'.repeat(32), comment: '' } as const;
const FEEDBACK = { about: { kind: 'cause' }, judgement: 'wrong', trueCause: 'redis', comment: '' } as const;

describe('executor client', () => {
  it.each<[string, (client: ExecutorClient) => Promise<unknown>, string, string, object]>([
    ['incidents', (client) => client.incidents('open'), 'GET', 'incidents', { status: 'open' }],
    ['all incidents', (client) => client.incidents(undefined), 'GET', 'incidents', {}],
    ['an incident', (client) => client.incident('a/b'), 'GET', 'incidents/a%2Fb', {}],
    ['an assignee', (client) => client.assign('i', 'ada'), 'PUT', 'incidents/i/assignee', {}],
    ['feedback', (client) => client.addFeedback('r', FEEDBACK), 'POST', 'runs/r/feedback', {}],
    ['plans', (client) => client.plans({ incidentId: 'i' }), 'GET', 'plans', { incidentId: 'i' }],
    ['a challenge', (client) => client.challenge('p'), 'POST', 'plans/p/challenge', {}],
    ['a decision', (client) => client.decide('p', DECISION), 'POST', 'plans/p/decision', {}],
    [
      'waiting plans',
      (client) => client.plans({ status: 'pending', limit: 9 }),
      'GET',
      'plans',
      { status: 'pending', limit: '9' },
    ],
    ['a plan', (client) => client.plan('a/b'), 'GET', 'plans/a%2Fb', {}],
    ['older executions', (client) => client.executionsPage('c'), 'GET', 'executions', { cursor: 'c' }],
    ['a stop', (client) => client.cancelExecution('e'), 'POST', 'executions/e/cancel', {}],
    ['a release', (client) => client.releaseTargets('e', 'seen'), 'POST', 'executions/e/release', {}],
    ['a manual step', (client) => client.confirmStep('e', 's/1', ''), 'POST', 'executions/e/steps/s%2F1/confirm', {}],
    ['runbooks', (client) => client.runbooks(), 'GET', 'runbooks', {}],
    ['proposals', (client) => client.proposals('i'), 'GET', 'incidents/i/proposals', {}],
    ['the freeze', (client) => client.freeze(), 'GET', 'freeze', {}],
    ['a freeze', (client) => client.setFreeze({ frozen: true, reason: 'r' }), 'PUT', 'freeze', {}],
    ['maintenance', (client) => client.maintenance(), 'GET', 'maintenance', {}],
    ['a window', (client) => client.setMaintenance({ windows: [] }), 'PUT', 'maintenance', {}],
    ['notifications', (client) => client.notifications('c'), 'GET', 'notifications', { cursor: 'c' }],
    ['executions', (client) => client.executions('i'), 'GET', 'executions', { incidentId: 'i' }],
    ['the audit', (client) => client.audit('12'), 'GET', 'audit', { after: '12' }],
    ['its verification', (client) => client.verifyAudit(), 'GET', 'audit/verify', {}],
    ['actions', (client) => client.actions(), 'GET', 'actions', {}],
    ['labels', (client) => client.labels({ fromMs: 1, toMs: 2 }), 'GET', 'labels', { from: '1', to: '2' }],
    ['a withdrawal', (client) => client.withdrawLabel('a/b'), 'POST', 'labels/a%2Fb/withdraw', {}],
  ])('asks the proxy for %s', async (_name, call, method, path, params) => {
    const { http, requests } = fakeHttp(() => PAGE);
    await call(createExecutorClient(http));
    expect(requests).toEqual([
      expect.objectContaining({ url: `${BASE}/${path}`, method, params, showErrorAlert: false }),
    ]);
  });

  it.each<[FakeAnswer, string]>([
    [
      {
        status: 409,
        body: {
          type: 't',
          title: 'Already decided',
          status: 409,
          code: 'CAUSEWAY_EXECUTOR_DECIDED',
          detail: 'by admin',
          remedy: 'Reload.',
        },
      },
      'CAUSEWAY_EXECUTOR_DECIDED',
    ],
    [{ status: 403, body: { message: 'plugin proxy route access denied' } }, 'CAUSEWAY_APP_EXECUTOR_FORBIDDEN'],
    [{ status: 502, body: '<html>' }, 'CAUSEWAY_APP_EXECUTOR_UNREACHABLE'],
    [{ status: 0 }, 'CAUSEWAY_APP_EXECUTOR_UNREACHABLE'],
  ])('puts the failure %j into words', async (answer, code) => {
    const { http } = fakeHttp(() => answer);
    await expect(createExecutorClient(http).actions()).rejects.toMatchObject({ problem: { code } });
  });

  it('keeps title, detail and remedy of the executor', async () => {
    const { http } = fakeHttp(() => ({
      status: 403,
      body: { title: 'Four eyes', detail: 'you asked for it', code: 'X', remedy: 'Ask another person.' },
    }));
    await expect(createExecutorClient(http).decide('p', DECISION)).rejects.toMatchObject({
      problem: { source: 'Executor', message: 'Four eyes: you asked for it', remedy: 'Ask another person.' },
    });
  });
});
