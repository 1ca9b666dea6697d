import assert from 'node:assert/strict';
import type { JsonObject } from '#contracts';
import { ownActions } from '../../../src/executor/actions/own/index.ts';
import { ExecutorError } from '../../../src/executor/errors.ts';
import type { Endpoint } from '../../../src/executor/outbound/index.ts';
import { INJECTIONS } from '../../../src/executor/runbooks/testing/injections.ts';
import type { Attacks } from './attacks.ts';
import { shown } from './attacks.ts';
import { HARMLESS, HOSTILE_VALUES } from './hostile-values.ts';

/** A good input of every step that changes no platform. */
const SOUND: Readonly<Record<string, JsonObject>> = {
  wait: { seconds: 30 },
  query: { query: 'vector(1)', op: '>', value: 0, noData: 'fail', onFalse: 'stop' },
  manual: { instruction: 'fail over by hand' },
  notify: { channel: 'incidents', message: 'look' },
  ticket: { endpoint: 'hook', summary: 'look', description: 'why', owner: 'sre', priority: 'high' },
  'http.request': { endpoint: 'hook', body: { a: 1 }, idempotent: true },
};
/** What people read, or a server gets as a value: any text that shows what it is. */
const FREE = new Set(['query', 'instruction', 'message', 'summary', 'description', 'owner', 'body']);
/** Controls but for line breaks, and characters that hide or turn round what stands beside them. */
const HIDDEN = /[^\P{C}\n\t]|[\u2028\u2029]/u;

/** Every parameter of every step that changes no platform, at the action. */
export async function attackOwnSteps(attacks: Attacks): Promise<void> {
  const hook = { id: 'hook', method: 'POST', host: 'hook.test', mayRepeat: true, version: '1' } as unknown as Endpoint;
  const actions = ownActions({
    clock: { now: () => 0 },
    metrics: { instant: async () => 1 },
    outbox: { channels: new Set(['incidents']), enqueue: async () => undefined },
    endpoints: { get: (id) => (id === 'hook' ? hook : undefined), ids: ['hook'], secrets: [] },
  });
  for (const action of actions) {
    const sound = SOUND[action.name];
    assert.ok(sound, `there is no sound input of ${action.name}`);
    action.target(sound);
    for (const field of [...Object.keys(action.inputSchema['properties'] as object), 'unknown', '__proto__']) {
      for (const value of [...INJECTIONS, ...HOSTILE_VALUES]) {
        await attacks.try('parameters', `${action.name} ${field} = ${shown(value)}`, () => {
          const rest = Object.entries(sound).filter(([key]) => key !== field);
          const pairs = [[field, value] as const, ...rest].map((pair) =>
            pair.map((one) => JSON.stringify(one)).join(':')
          );
          judge(() => action.target(JSON.parse(`{${pairs.join()}}`) as JsonObject), field, value);
        });
      }
    }
  }
}

function judge(target: () => unknown, field: string, value: unknown): void {
  try {
    target();
  } catch (error) {
    assert.ok(error instanceof ExecutorError && error.code === 'PARAMETER_INVALID', `threw ${String(error)}`);
    return;
  }
  assert.equal('polluted' in {}, false);
  const isText = typeof value === 'string';
  const fits = FREE.has(field) ? !isText || !HIDDEN.test(value) : !isText || HARMLESS.test(value);
  const isValue = isText || typeof value === 'boolean' || typeof value === 'number' || field === 'body';
  assert.ok(fits && isValue, `accepted ${field} = ${shown(value)}`);
}
