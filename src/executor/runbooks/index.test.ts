import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  CelThread,
  compilePlan,
  copyParameters,
  loadRunbook,
  mergeDecision,
  planDigest,
  proposeRunbooks,
  resolveParameters,
  RUNBOOK_SCHEMA,
  RunbookShelf,
  tryParameters,
} from './index.ts';
import { ACTION_FORMS } from './schema/action-schema.ts';
import { realRegistry, SHIPPED } from './testing/shipped.ts';

const cel = new CelThread({ file: path.join(import.meta.dirname, 'cel/cel-thread.ts') });
afterAll(() => cel.close());
const actions = realRegistry();

describe('from a folder to a plan', () => {
  it('an alert finds its runbook, its parameters, and a plan whose conditions can be asked', async () => {
    const shelf = new RunbookShelf({ folder: SHIPPED, cel });
    expect((await shelf.reload()).problems).toEqual([]);
    const labels = {
      alertname: 'HighAPILatency',
      namespace: 'shop',
      deployment: 'payment',
      service: 'payment',
    };
    const occasion = { source: 'grafana-alert', labels } as const;
    const { fits } = await proposeRunbooks(shelf.latest(), occasion, new Set(actions.keys()), cel);
    const [fit] = fits;
    expect(fit?.loaded.runbook.metadata.name).toBe('slow-query-mitigation');
    expect(tryParameters(fit!.loaded.runbook, { labels }).gaps).toEqual([]);

    const decision = mergeDecision(fit!.loaded.runbook.metadata.name, []);
    expect(decision).toMatchObject({ action: 'slow-query-mitigation', confidence: 0.9, source: 'rule' });
    expect(copyParameters([], decision.action, 'Deployment')).toHaveProperty('none');

    const parameters = resolveParameters(fit!.loaded.runbook, { labels, given: { raiseTimeout: true } });
    const plan = compilePlan(fit!.loaded, parameters, actions);
    expect(planDigest(plan)).toMatch(/^[0-9a-f]{64}$/);
    const conditional = plan.steps.find((step) => step.if !== undefined);
    const outcome = await cel.evaluate(conditional!.if!.expression, conditional!.if!.scope, {
      kind: 'step',
      parameters: plan.parameters,
      queries: {},
    });
    expect(outcome).toEqual({ kind: 'value', value: true });
  });
});

describe('the guide for users', () => {
  const guide = readFileSync(path.join(import.meta.dirname, '../../../docs/user/runbooks.md'), 'utf8');

  it('has an example that is accepted', async () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(await loadRunbook(example, 'runbooks.md', cel)).toMatchObject({ ok: true });
  });

  it('names every action', () => {
    const named = (action: string): boolean => guide.includes(`\`${action}\``) || action.startsWith('demo.');
    expect(Object.keys(ACTION_FORMS).filter((action) => !named(action))).toEqual([]);
  });
});

describe('the published schema', () => {
  it('is the one that the executor checks with (npm run runbooks -- schema > docs/user/runbook.schema.json)', () => {
    const published = path.join(import.meta.dirname, '../../../docs/user/runbook.schema.json');
    expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(JSON.stringify(RUNBOOK_SCHEMA)));
  });
});
