import assert from 'node:assert/strict';
import type { ActionCatalogueEntry } from '#contracts';
import { ACTION_CATALOGUE } from '../../../src/executor/actions/catalogue.ts';
import { kubernetesActions } from '../../../src/executor/actions/kubernetes/index.ts';
import { kubernetesClient } from '../../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { ExecutorError } from '../../../src/executor/errors.ts';
import { INJECTIONS } from '../../../src/executor/runbooks/testing/injections.ts';
import { fakePlatform } from '../../../src/executor/testing/fake-platform.ts';
import type { Harness } from '../../../src/executor/testing/harness.ts';
import { makeHarness, proposal } from '../../../src/executor/testing/harness.ts';
import { CLUSTER_INPUTS, proposalOf } from '../crash/subjects.ts';
import type { Attacks } from './attacks.ts';
import { shown } from './attacks.ts';
import { HARMLESS, HOSTILE_VALUES } from './hostile-values.ts';
import { attackOwnSteps } from './own-steps.ts';

const HOSTILE: readonly unknown[] = [...INJECTIONS, ...HOSTILE_VALUES];

/** Every parameter of every action, over HTTP for those of the shop, at the action itself for those on clusters. */
export async function attackParameters(attacks: Attacks): Promise<void> {
  const targets = ['payment', 'order', 'redis', 'checkout', 'orders-db'];
  const harness = await makeHarness({ platform: fakePlatform(targets) });
  const incident = await harness.openIncident();
  for (const entry of ACTION_CATALOGUE) {
    await attackShopAction(attacks, harness, incident.id, entry);
  }
  await attacks.try('parameters', 'the prototype of objects is as it was', () => assert.equal('polluted' in {}, false));
  await harness.stop();
  await attackOwnSteps(attacks);
  for (const action of kubernetesActions(kubernetesClient('main', nowhere))) {
    const fields = Object.keys(action.inputSchema['properties'] as object);
    for (const field of [...fields, 'unknown', '__proto__', 'constructor']) {
      for (const value of HOSTILE) {
        await attacks.try('parameters', `${action.name} ${field} = ${shown(value)}`, () => {
          const base = { namespace: 'shop', name: 'web', ...CLUSTER_INPUTS.get(action.name) };
          // As JSON text, so that `__proto__` becomes a key.
          const rest = Object.entries(base).filter(([key]) => key !== field);
          const pairs = [[field, value] as const, ...rest].map(
            ([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`
          );
          const input = JSON.parse(`{${pairs.join()}}`);
          judgeInput(() => action.target(input), field, value);
        });
      }
    }
  }
}

const nowhere = { send: () => Promise.reject(new Error('there is no cluster')), close: async () => undefined };

async function attackShopAction(
  attacks: Attacks,
  harness: Harness,
  incidentId: string,
  { action, parameters, targetKinds }: ActionCatalogueEntry
): Promise<void> {
  const sound = proposal(incidentId, proposalOf(action));
  const headers = await harness.callers.person('mallory');
  const send = async (body: unknown, field: string, value: unknown) => {
    const reply = await harness.call('POST', '/v1/plans', headers, body);
    if (reply.status === 201 || reply.status === 200) {
      const { target, parameters: stored } = reply.json;
      const kept = field.startsWith('target.') ? target[field.slice(7)] : stored[field];
      assert.deepEqual(kept, value, 'it was accepted and is not what was sent');
      const free = parameters.some(({ name, type }) => name === field && type === 'string' && !isIdentifier(name));
      assert.ok(free || HARMLESS.test(String(value)), `accepted ${shown(value)}`);
      assert.ok(!free || /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cf}]*$/u.test(String(value)), `accepted control characters`);
      return;
    }
    assert.ok(reply.status >= 400 && reply.status < 500, `answered ${reply.status}: ${reply.text}`);
    assert.match(String(reply.headers['content-type']), /problem\+json/);
  };
  const control = await harness.call('POST', '/v1/plans', headers, sound);
  assert.equal(control.status, 201, `a sound proposal is taken: ${control.text}`);
  for (const value of HOSTILE) {
    for (const { name } of parameters) {
      const body = { ...sound, parameters: { ...sound.parameters, [name]: value } };
      await attacks.try('parameters', `${action} ${name} = ${shown(value)}`, () => send(body, name, value));
    }
    for (const field of ['kind', 'name', ...(targetKinds.includes('edge') ? ['peer'] : [])]) {
      const body = { ...sound, target: { ...sound.target, [field]: value } };
      await attacks.try('parameters', `${action} target.${field} = ${shown(value)}`, () =>
        send(body, `target.${field}`, value)
      );
    }
  }
}

const isIdentifier = (name: string): boolean => name === 'table' || name === 'column';

function judgeInput(target: () => unknown, field: string, value: unknown): void {
  try {
    target();
  } catch (error) {
    assert.ok(error instanceof ExecutorError && error.code === 'PARAMETER_INVALID', `threw ${String(error)}`);
    return;
  }
  // A prototype is dropped by whoever reads JSON into known fields.
  const known = field !== '__proto__' || !('polluted' in {});
  const harmless = typeof value === 'string' ? HARMLESS.test(value) : typeof value === 'boolean' || isCount(value);
  assert.ok(known && (harmless || field === '__proto__'), `accepted ${field} = ${shown(value)}`);
}

const isCount = (value: unknown): boolean => typeof value === 'number' && value >= 0.1 && value <= 10;
