import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts';
import { ExecutorError } from '../../errors.ts';
import type { Endpoint, Endpoints, OutboundReply } from '../../outbound/index.ts';
import { ACTION_FORMS } from '../../runbooks/schema/action-schema.ts';
import { INJECTIONS } from '../../runbooks/testing/injections.ts';
import { compileSchema } from '../../runbooks/validate-schema.ts';
import type { NewNotification } from '../../store/notification-store.ts';
import type { Action, ActionInput, EffectRequest } from '../action.ts';
import { ownActions } from './index.ts';

const { signal } = new AbortController();
let nowMs = 1_000_000;
let answer: number | null | Error = 1;
let reply: OutboundReply = { kind: 'answered', status: 201, text: 'created' };
const queued: NewNotification[] = [];
const sent: { readonly id: string; readonly body: JsonObject; readonly key: string }[] = [];
afterEach(() => {
  answer = 1;
  reply = { kind: 'answered', status: 201, text: 'created' };
  queued.length = 0;
  sent.length = 0;
});

const endpoint = (id: string, changes: Partial<Endpoint> = {}): Endpoint => ({
  id,
  method: 'POST',
  host: `${id}.test`,
  mayRepeat: false,
  ticket: { format: 'plain' },
  version: 'v1',
  send: async (body, key) => {
    sent.push({ id, body, key });
    return reply;
  },
  ...changes,
});
const known = new Map([
  ['hook', endpoint('hook')],
  ['safe', endpoint('safe', { mayRepeat: true })],
  ['jira', endpoint('jira', { ticket: { format: 'jira', project: 'OPS', issueType: 'Incident' } })],
]);
const endpoints: Endpoints = { get: (id) => known.get(id), ids: [...known.keys()], secrets: [] };

const actions = new Map(
  ownActions({
    clock: { now: () => nowMs },
    metrics: {
      instant: async () => {
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
    },
    outbox: { channels: new Set(['incidents']), enqueue: async (message) => void queued.push(message) },
    endpoints,
    scripts: { get: () => undefined, secrets: [] },
  }).map((action) => [action.name, action])
);
const get = (name: string): Action => actions.get(name) ?? expect.fail(`no action ${name}`);

function request(input: ActionInput, version = 'v1'): EffectRequest {
  return { input, expected: { uid: 'any', version }, preImage: {}, operationId: 'op-1', mintedMs: 5 };
}
const apply = (name: string, input: ActionInput) => get(name).apply(request(input), signal);

const EXAMPLES: readonly (readonly [string, ActionInput])[] = [
  ['wait', { seconds: 30 }],
  ['query', { query: 'up', op: '>', value: 0, noData: 'fail', onFalse: 'stop' }],
  ['manual', { instruction: 'Call the owner.' }],
  ['notify', { channel: 'incidents', message: 'Hello' }],
  ['ticket', { endpoint: 'hook', summary: 'Find the leak', priority: 'high' }],
  ['http.request', { endpoint: 'hook', body: { deep: { er: [1, 'a', true] } }, idempotent: false }],
];

describe('all own actions', () => {
  it('are those that runbooks can write', () => {
    const own = Object.keys(ACTION_FORMS).filter((name) => !/^(k8s|keda|istio|demo)\./.test(name));
    expect([...actions.keys()].sort()).toEqual(own.sort());
  });

  it.each([...actions.values()].map((action) => [action.name, action] as const))(
    'know the keys of runbooks and no parameters: %s',
    (name, { inputSchema }) => {
      const keys = (schema: unknown) => Object.keys((schema as { readonly properties: object }).properties).sort();
      const written = keys(ACTION_FORMS[name]?.with).filter((key) => name !== 'query' || key !== 'vars');
      expect(keys(inputSchema)).toEqual(written);
      expect(JSON.stringify(inputSchema)).not.toContain('$param');
      expect(inputSchema['additionalProperties']).toBe(false);
      expect(compileSchema(inputSchema)({ $param: 'x' })).not.toEqual([]);
    }
  );

  it.each(EXAMPLES)('are shown the same each time: %s', async (name, input) => {
    const action = get(name);
    const state = await action.read(input, signal);
    const shown = await action.dryRun(input, state, signal);
    expect(shown.diff).not.toBe('');
    expect(await action.dryRun(structuredClone(input), await action.read(input, signal), signal)).toEqual(shown);
    expect(action.permissions(input)).toEqual([]);
    expect(action.reversible).toBe(action.compensate !== undefined);
    expect(sent.length + queued.length).toBe(0);
  });

  it.each(EXAMPLES)('take %s', async (name, input) => {
    expect(await apply(name, input)).toMatchObject({ kind: 'applied' });
    const undone = await get(name).compensate?.({ ...request(input), undoOperationId: 'op-2' }, signal);
    expect(undone?.kind ?? 'applied').toBe('applied');
  });

  it('refuse what is no input, whatever it is, and send nothing', async () => {
    const names = fc.constantFrom(...actions.keys());
    const key = fc.constantFrom('seconds', 'channel', 'message', 'endpoint', 'summary', 'body', 'script', 'args', 'x');
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...INJECTIONS, '1e308', '__proto__'));
    await fc.assert(
      fc.asyncProperty(names, fc.dictionary(fc.oneof(key, fc.string()), value), async (name, input) => {
        const action = get(name);
        const given = input as ActionInput;
        if (compileSchema(action.inputSchema)(given).length === 0) {
          return;
        }
        expect(() => action.target(given)).toThrow(ExecutorError);
        await expect(action.apply(request(given), signal)).rejects.toThrow(ExecutorError);
        expect(sent.length + queued.length).toBe(0);
      }),
      { numRuns: 100 }
    );
  });

  it.each([
    ['notify', { channel: 'incidents', message: 'scale \u202eup' }],
    ['manual', { instruction: 'a\u0000b' }],
    ['ticket', { endpoint: 'jira', summary: 'a\u200bb' }],
    ['http.request', { endpoint: 'hook', body: { list: ['a\u001b[31m'] } }],
  ])('refuse characters that an approver cannot see: %s', (name, input) => {
    expect(() => get(name).target(input)).toThrow(/cannot be seen/);
  });

  it.each(INJECTIONS)('never take %j as an id', async (id) => {
    for (const [name, input] of [
      ['http.request', { endpoint: id }],
      ['ticket', { endpoint: id, summary: 'a' }],
      ['notify', { channel: id, message: 'a' }],
      ['script.run', { script: id, args: {} }],
    ] as const) {
      expect(() => get(name).target(input)).toThrow(ExecutorError);
    }
  });
});

describe('wait', () => {
  it('is over when its time has passed on the clock of the executor', async () => {
    const progress = (sinceMs?: number) => get('wait').progress?.({ seconds: 30 }, signal, sinceMs);
    nowMs = 1_000_000;
    expect(await progress(nowMs)).toMatchObject({ state: 'pending', message: '30 s left' });
    expect(await progress(nowMs - 29_999)).toMatchObject({ state: 'pending' });
    expect(await progress(nowMs - 30_000)).toMatchObject({ state: 'settled' });
    expect(await progress()).toMatchObject({ state: 'pending' });
  });

  it.each([0, -1, 3601, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '30'])('refuses %s seconds', (seconds) => {
    expect(() => get('wait').target({ seconds })).toThrow(ExecutorError);
  });
});

describe('query', () => {
  const question = { query: 'up', op: '<=', value: 5, noData: 'fail', onFalse: 'stop' };

  it.each([
    [5, {}, 'applied', { passed: true, value: 5 }],
    [5.1, {}, 'refused', undefined],
    [5.1, { onFalse: 'continue' }, 'applied', { passed: false, value: 5.1 }],
    [null, {}, 'refused', undefined],
    [null, { noData: 'pass' }, 'applied', { passed: true }],
    [null, { onFalse: 'continue' }, 'refused', undefined],
    [Number.NaN, {}, 'refused', undefined],
    [Number.NEGATIVE_INFINITY, {}, 'refused', undefined],
    [Number.NaN, { op: '!=' }, 'refused', undefined],
  ])('with the answer %s and %j is %s', async (given, changes, kind, details) => {
    answer = given;
    const outcome = await apply('query', { ...question, ...changes });
    expect(outcome.kind).toBe(kind);
    expect(outcome.details).toEqual(details);
  });

  it('can be asked again when the metrics do not answer', async () => {
    answer = new Error('http://user:canary@host');
    expect(await apply('query', question)).toEqual({ kind: 'unavailable', message: 'the metrics did not answer' });
    expect(await get('query').resolve(request(question), signal)).toMatchObject({ kind: 'not-applied' });
  });
});

describe('manual', () => {
  it('waits for a person and for nothing else', async () => {
    const input = { instruction: 'Call the owner.' };
    expect(await get('manual').progress?.(input, signal, 0)).toEqual({
      state: 'pending',
      message: 'waiting for a person: Call the owner.',
    });
  });
});

describe('notify', () => {
  it('hands the message over under the id of the operation', async () => {
    await apply('notify', { channel: 'incidents', message: 'Hello' });
    expect(queued).toEqual([
      {
        id: 'op-1',
        channel: 'incidents',
        event: 'message',
        subject: 'op-1',
        content: { kind: 'message', message: 'Hello' },
        createdMs: 5,
      },
    ]);
  });
});

describe('requests to endpoints', () => {
  const input = { endpoint: 'hook', body: { a: 1 } };
  const answered = (status: number, retryAfterSeconds?: number): OutboundReply => ({
    kind: 'answered',
    status,
    text: 'canary',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

  it.each([
    [answered(200), 'applied', 'applied'],
    [answered(302), 'refused', 'refused'],
    [answered(400), 'refused', 'refused'],
    [answered(401), 'unauthorised', 'unauthorised'],
    [answered(403), 'unauthorised', 'unauthorised'],
    [answered(408), 'unknown', 'unknown'],
    [answered(409), 'refused', 'unknown'],
    [answered(429, 7), 'unavailable', 'unavailable'],
    [answered(500), 'unknown', 'unknown'],
    [answered(503, 7), 'unknown', 'unknown'],
    [{ kind: 'blocked', message: 'no' }, 'refused', 'refused'],
    [{ kind: 'not-sent', message: 'no' }, 'unavailable', 'unavailable'],
    [{ kind: 'unknown', message: 'no' }, 'unknown', 'unknown'],
  ] as const)('%j is %s, and %s where a request may be repeated', async (given, once, repeated) => {
    reply = given;
    const outcome = await apply('http.request', input);
    expect(outcome.kind).toBe(once);
    expect((await apply('http.request', { ...input, endpoint: 'safe' })).kind).toBe(repeated);
    expect((await apply('ticket', { endpoint: 'safe', summary: 'a' })).kind).toBe(repeated);
    expect(JSON.stringify(outcome)).not.toContain('canary');
    expect(outcome.retryAfterSeconds).toBe('retryAfterSeconds' in given ? 7 : undefined);
  });

  it('carry the body and the id of the operation', async () => {
    await apply('http.request', input);
    expect(sent).toEqual([{ id: 'hook', body: { a: 1 }, key: 'op-1' }]);
  });

  it('are repeated only where endpoint and step both say that they may be', async () => {
    const resolve = (name: string, of: ActionInput) => get(name).resolve(request(of), signal);
    expect(await resolve('http.request', { endpoint: 'hook', idempotent: true })).toMatchObject({
      kind: 'unavailable',
    });
    expect(await resolve('http.request', { endpoint: 'safe', idempotent: false })).toMatchObject({
      kind: 'unavailable',
    });
    expect(await resolve('http.request', { endpoint: 'safe' })).toMatchObject({ kind: 'not-applied' });
    expect(await resolve('ticket', { endpoint: 'hook', summary: 'a' })).toMatchObject({ kind: 'unavailable' });
    expect(await resolve('ticket', { endpoint: 'safe', summary: 'a' })).toMatchObject({ kind: 'not-applied' });
    expect(sent).toEqual([]);
  });

  it('are not sent to an endpoint whose settings changed', async () => {
    expect(await get('http.request').apply(request(input, 'v0'), signal)).toMatchObject({ kind: 'conflict' });
    expect(await get('ticket').apply(request({ endpoint: 'hook', summary: 'a' }, 'v0'), signal)).toMatchObject({
      kind: 'conflict',
    });
    expect(sent).toEqual([]);
  });

  it('become tickets of Jira without markup', async () => {
    const description = '{noformat}[x|http://evil.test]{NoFormat}';
    await apply('ticket', { endpoint: 'jira', summary: 'Leak', description, owner: 'shop', priority: 'critical' });
    expect(sent[0]?.body).toEqual({
      fields: {
        project: { key: 'OPS' },
        issuetype: { name: 'Incident' },
        summary: 'Leak',
        description: '{noformat}\n(noformat}[x|http://evil.test](NoFormat}\nOwner: shop\n{noformat}',
        priority: { name: 'Highest' },
        labels: ['causeway'],
      },
    });
  });
});
