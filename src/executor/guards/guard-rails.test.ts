import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_GUARD_POLICY, type GuardPolicy, stricter } from './guard-policy.ts';
import { guardFindings, type ExecutionFact, type GuardInput } from './guard-rails.ts';

const POLICY = { ...DEFAULT_GUARD_POLICY, blastRadius: { ...DEFAULT_GUARD_POLICY.blastRadius, maxPercent: 50 } };
const AT = Date.UTC(2026, 0, 5, 3);
const MINUTE = 60_000;
const target = { key: 'shop/deployment/order', namespace: 'shop', percent: 33 };
const plan = { targets: [target], cause: 'order bad-deploy', runbook: 'rollback@2', affectedServices: 4 };
const fact = (overrides: Partial<ExecutionFact> = {}): ExecutionFact => ({
  targets: [target],
  cause: plan.cause,
  runbook: plan.runbook,
  active: false,
  ...overrides,
});
const other = { key: 'shop/deployment/cart', namespace: 'shop' };
const away = { key: 'ops/deployment/cron', namespace: 'ops' };
const input = (overrides: Partial<GuardInput> = {}): GuardInput => ({
  atMs: AT,
  plan,
  executions: [],
  windows: [],
  ...overrides,
});
const findings = (overrides: Partial<GuardInput>, policy: Partial<GuardPolicy> = {}): string[] =>
  guardFindings(input(overrides), { ...POLICY, ...policy }).map(({ guard, untilMs }) =>
    untilMs === undefined ? guard : `${guard} until ${(untilMs - AT) / 1000} s`
  );

describe('guards let a careful plan through', () => {
  it.each<[string, Partial<GuardInput>]>([
    ['with nothing before it', {}],
    ['long after the last effect', { executions: [fact({ effectMs: AT - 16 * MINUTE })] }],
    ['after an execution that sent nothing', { executions: [fact()] }],
    ['while something runs elsewhere', { executions: [fact({ targets: [away], active: true, cause: 'x' })] }],
    ['before a maintenance window', { windows: [{ id: 'w', fromMs: AT + 1, toMs: AT + MINUTE, reason: 'r' }] }],
    ['after a maintenance window', { windows: [{ id: 'w', fromMs: AT - MINUTE, toMs: AT, reason: 'r' }] }],
    [
      'beside a maintenance window of another namespace',
      { windows: [{ id: 'w', fromMs: 0, toMs: AT + 1, reason: 'r', namespaces: ['ops'] }] },
    ],
  ])('%s', (_, overrides) => {
    expect(findings(overrides)).toEqual([]);
  });
});

describe('guards hold', () => {
  it.each<[string, Partial<GuardInput>, string[]]>([
    ['everything while frozen', { frozen: { actor: 'alice', reason: 'release' } }, ['freeze']],
    [
      'in a maintenance window',
      { windows: [{ id: 'w', fromMs: AT, toMs: AT + MINUTE, reason: 'r' }] },
      ['maintenance until 60 s'],
    ],
    [
      'in a maintenance window of the namespace',
      { windows: [{ id: 'w', fromMs: 0, toMs: AT + 1000, reason: 'r', namespaces: ['shop'] }] },
      ['maintenance until 1 s'],
    ],
    [
      'a target that was just acted on, whatever for',
      { executions: [fact({ effectMs: AT - MINUTE, cause: 'x', runbook: 'y' })] },
      ['cool-down until 240 s'],
    ],
    [
      'a runbook that was just run for the cause, even elsewhere',
      { executions: [fact({ effectMs: AT - 10 * MINUTE, targets: [away] })] },
      ['cool-down until 300 s'],
    ],
    ['a target that is being worked on', { executions: [fact({ active: true })] }, ['concurrency', 'concurrency']],
    [
      'a namespace in which something runs',
      { executions: [fact({ active: true, targets: [other], cause: 'x' })] },
      ['concurrency'],
    ],
    [
      'everything when much runs',
      {
        executions: ['a', 'b', 'c'].map((key) =>
          fact({ active: true, cause: key, targets: [{ key, namespace: key }] })
        ),
      },
      ['concurrency'],
    ],
    [
      'what was tried three times in a day',
      { executions: [1, 2, 3].map((hours) => fact({ effectMs: AT - hours * 60 * MINUTE })) },
      ['recurrence'],
    ],
    [
      'a target of which too much is disturbed',
      { plan: { ...plan, targets: [{ ...target, percent: 51 }] } },
      ['blast-radius'],
    ],
    [
      'a target of which nobody knows how much',
      { plan: { ...plan, targets: [{ key: 'x', namespace: 'shop' }] } },
      ['blast-radius'],
    ],
    ['what nobody knows the reach of', { plan: { targets: [target], cause: 'c', runbook: 'r' } }, ['blast-radius']],
    ['what too many services would feel', { plan: { ...plan, affectedServices: 101 } }, ['blast-radius']],
  ])('%s', (_, overrides, expected) => {
    expect(findings(overrides)).toEqual(expected);
  });

  it('a namespace that is not on the list, and a target without one', () => {
    const blastRadius = { ...DEFAULT_GUARD_POLICY.blastRadius, namespaces: ['ops'] };
    expect(findings({}, { blastRadius })).toEqual(['blast-radius']);
    const { namespace: _, ...nowhere } = target;
    expect(findings({ plan: { ...plan, targets: [nowhere] } }, { blastRadius })).toEqual(['blast-radius']);
  });
});

describe('guards in general', () => {
  const facts = fc.array(
    fc.record({
      targets: fc.constantFrom([target], [other], [away]),
      cause: fc.constantFrom(plan.cause, 'x'),
      runbook: fc.constantFrom(plan.runbook, 'y'),
      effectMs: fc.integer({ min: AT - 2 * 86_400_000, max: AT }),
      active: fc.boolean(),
    }),
    { maxLength: 12 }
  );

  it('find no less when more has happened', () => {
    fc.assert(
      fc.property(facts, facts, (before, more) => {
        const few = new Set(findings({ executions: before }).map((text) => text.split(' ')[0]));
        const many = new Set(findings({ executions: [...before, ...more] }).map((text) => text.split(' ')[0]));
        expect([...few].filter((guard) => !many.has(guard))).toEqual([]);
      })
    );
  });

  it('let go of a cool-down exactly when they said', () => {
    fc.assert(
      fc.property(facts, (executions) => {
        const ends = guardFindings(input({ executions }), DEFAULT_GUARD_POLICY).flatMap(({ guard, untilMs }) =>
          guard === 'cool-down' && untilMs !== undefined ? [untilMs] : []
        );
        const atMs = Math.max(AT, ...ends);
        const coolAt = (when: number) =>
          guardFindings(input({ executions, atMs: when }), DEFAULT_GUARD_POLICY).some(
            ({ guard }) => guard === 'cool-down'
          );
        expect(coolAt(atMs)).toBe(false);
        expect(ends.length === 0 || coolAt(atMs - 1)).toBe(true);
      })
    );
  });
});

describe('a runbook', () => {
  const limits = { coolDownSeconds: 60, concurrency: { key: 'namespace', max: 5 } } as const;

  it('can be stricter than the executor', () => {
    const asked = { ...limits, coolDownSeconds: 900, maxPercent: 20, maxPods: 1, namespaces: ['shop', 'ops'] };
    const policy = { ...POLICY, blastRadius: { ...POLICY.blastRadius, namespaces: ['shop'] } };
    const merged = stricter(policy, asked);
    expect(merged).toMatchObject({
      targetCoolDownSeconds: 900,
      maxConcurrentPerNamespace: 1,
      blastRadius: { maxPercent: 20, maxPods: 1, namespaces: ['shop'] },
    });
    const two = input({ plan: { ...plan, targets: [{ ...target, percent: 10, pods: 2 }] } });
    expect(guardFindings(two, merged).map(({ message }) => message)).toEqual([
      'shop/deployment/order: 2 pods would be disturbed; at most 1.',
    ]);
  });

  it('can never be weaker', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(20), fc.nat(200), fc.nat(20), (coolDownSeconds, max, maxPercent, maxPods) => {
        const policy = { ...POLICY, blastRadius: { ...POLICY.blastRadius, maxPods: 5 } };
        for (const key of ['target', 'namespace', 'cluster'] as const) {
          const merged = stricter(policy, { coolDownSeconds, concurrency: { key, max }, maxPercent, maxPods });
          expect(merged.targetCoolDownSeconds).toBeGreaterThanOrEqual(policy.targetCoolDownSeconds);
          expect(merged.maxConcurrent).toBeLessThanOrEqual(policy.maxConcurrent);
          expect(merged.maxConcurrentPerNamespace).toBeLessThanOrEqual(policy.maxConcurrentPerNamespace);
          expect(merged.blastRadius.maxPercent).toBeLessThanOrEqual(policy.blastRadius.maxPercent);
          expect(merged.blastRadius.maxPods).toBeLessThanOrEqual(5);
        }
      })
    );
  });

  it('that asks for nothing changes nothing', () => {
    expect(stricter(POLICY, null)).toEqual(POLICY);
    expect(stricter(POLICY, limits)).toEqual(POLICY);
  });
});
