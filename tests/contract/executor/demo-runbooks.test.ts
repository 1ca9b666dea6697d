import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheusClient } from '#telemetry';
import { Shop } from '../../../src/demo/shop/index.ts';
import { createStore } from '../../../src/demo/store/index.ts';
import type { CompiledCheck } from '../../../src/executor/runbooks/index.ts';
import {
  CelThread,
  compilePlan,
  loadRunbook,
  resolveParameters,
  type CompilableAction,
} from '../../../src/executor/runbooks/index.ts';
import { serveStore, type StoreServer } from '../prometheus/store-server.ts';

const START = Date.UTC(2026, 10, 18, 12);
const FOLDER = path.resolve(import.meta.dirname, '../../../provisioning/runbooks/demo');
const CEL = path.resolve(import.meta.dirname, '../../../src/executor/runbooks/cel/cel-thread.ts');

/** What each runbook is for, in the healthy shop. */
const SERVICES: Readonly<Record<string, string>> = {
  'demo-create-index': 'orders-db',
  'demo-limit-caller': 'orders-db',
  'demo-limit-provider': 'payment-provider',
  'demo-break-circuit': 'payment',
  'demo-raise-cache-memory': 'redis',
};
const LABELS = {
  caller: 'order',
  table: 'orders',
  column: 'customer_id',
  requests_per_second: '100',
  limit_bytes: '536870912',
  replicas: '3',
};

let shop: Shop;
let server: StoreServer;
const cel = new CelThread({ file: CEL });
beforeAll(async () => {
  const holder: { shop?: Shop } = {};
  const store = createStore({ now: () => holder.shop?.simulatedMs ?? START, retentionSeconds: 7200 });
  shop = new Shop({ seed: 7, startMs: START, sink: { ...store, spans: () => undefined } });
  holder.shop = shop;
  for (let step = 0; step < 8 * 4; step += 1) {
    shop.step();
  }
  server = await serveStore(store);
});
afterAll(() => Promise.all([server.stop(), cel.close()]));

const anyAction = (name: string): CompilableAction => ({
  name,
  inputSchema: { type: 'object' },
  reversible: true,
  destructive: false,
  target: () => ({ key: name, system: 'demo', kind: 'deployment', name }),
});

async function samplesOf({ query }: CompiledCheck): Promise<readonly number[]> {
  const client = createPrometheusClient({ url: `${server.url}/prometheus` });
  const { samples } = await client.query(query, shop.simulatedMs, {});
  return samples.map(({ value }) => value);
}

const passes: Readonly<Record<CompiledCheck['operator'], (value: number, threshold: number) => boolean>> = {
  '<': (value, threshold) => value < threshold,
  '<=': (value, threshold) => value <= threshold,
  '>': (value, threshold) => value > threshold,
  '>=': (value, threshold) => value >= threshold,
  '==': (value, threshold) => value === threshold,
  '!=': (value, threshold) => value !== threshold,
};

describe.each(readdirSync(FOLDER).map((file) => [file]))('%s in the healthy shop', (file) => {
  it('gets one number for every question, and finds the shop well afterwards', async () => {
    const result = await loadRunbook(readFileSync(path.join(FOLDER, file), 'utf8'), file, cel);
    expect(result).toMatchObject({ ok: true });
    const loaded = (result as Extract<typeof result, { ok: true }>).loaded;
    const { name } = loaded.runbook.metadata;
    const labels = { ...LABELS, service: SERVICES[name] ?? 'payment' };
    const actions = new Map(loaded.runbook.spec.steps.map(({ action }) => [action, anyAction(action)]));
    const plan = compilePlan(loaded, resolveParameters(loaded.runbook, { labels }), actions);
    const answers = await Promise.all(
      [...plan.preconditions, ...plan.verify.checks].map(async (check) => ({
        check: check.name,
        query: check.query,
        values: (await samplesOf(check)).length,
      }))
    );
    expect(answers.filter(({ values }) => values !== 1)).toEqual([]);
    const verdicts = await Promise.all(
      plan.verify.checks.map(async (check) => {
        const [value = Number.NaN] = await samplesOf(check);
        return { check: check.name, value, passed: passes[check.operator](value, check.threshold) };
      })
    );
    expect(verdicts.filter(({ passed }) => !passed)).toEqual([]);
  });
});
