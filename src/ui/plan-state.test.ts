import { describe, expect, it } from 'vitest';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { PLAN_STATE_TEXTS, type PlanState, sortPlans, toPlanState, toRiskSteps } from './plan-state.ts';
import { execution, NOW_MS, plan } from './testing/records.ts';

function withStatus(status: PlanRecord['approval']['status'], expiresMs = NOW_MS + 1): PlanRecord {
  return plan({
    id: `${status}-${expiresMs}`,
    approval: { status, expiresMs, decisions: [], decidedMs: null, approvers: [] },
  });
}

describe('toPlanState', () => {
  it.each<[PlanState, PlanRecord, Partial<ExecutionRecord> | undefined]>([
    ['pending', withStatus('pending'), undefined],
    ['expired', withStatus('pending', NOW_MS), undefined],
    ['approved', withStatus('approved'), undefined],
    ['approved', withStatus('auto_approved'), undefined],
    ['rejected', withStatus('rejected'), undefined],
    ['timeout', withStatus('timeout'), undefined],
    ['executing', withStatus('approved'), { status: 'running', outcome: null }],
    ['verifying', withStatus('approved'), { status: 'verifying', outcome: null }],
    ['recovered', withStatus('approved'), { outcome: 'recovered' }],
    ['not-recovered', withStatus('approved'), { outcome: 'not-recovered' }],
    ['no-data', withStatus('approved'), { outcome: 'no-data' }],
    ['no-data', withStatus('approved'), { outcome: null }],
    ['failed', withStatus('approved'), { outcome: 'failed' }],
    ['needs-human', withStatus('approved'), { status: 'needs-human', outcome: 'recovered' }],
  ])('is %s', (state, record, run) => {
    expect(toPlanState(record, run && execution(run), NOW_MS)).toBe(state);
  });

  it('shows success for nothing but a verified recovery', () => {
    const green = Object.entries(PLAN_STATE_TEXTS).filter(([, { tone }]) => tone === 'success');
    expect(green.map(([state]) => state)).toEqual(['recovered']);
  });
});

describe('sortPlans', () => {
  it('puts what waits for a decision first, then what runs, then the newest', () => {
    const plans = [
      plan({ id: 'old', createdMs: 1 }),
      plan({ id: 'new', createdMs: 2 }),
      plan({ id: 'run', createdMs: 0 }),
      plan({ id: 'wait', createdMs: 0 }),
      plan({ id: 'wait-2', createdMs: 9 }),
    ];
    const states: Readonly<Record<string, PlanState>> = {
      old: 'rejected',
      new: 'recovered',
      run: 'executing',
      wait: 'pending',
      'wait-2': 'pending',
    };
    expect(sortPlans(plans, ({ id }) => states[id] ?? 'failed').map(({ id }) => id)).toEqual([
      'wait',
      'wait-2',
      'run',
      'new',
      'old',
    ]);
  });
});

describe('toRiskSteps', () => {
  it('multiplies the factors one after the other', () => {
    const steps = toRiskSteps(plan().risk);
    expect(steps.map(({ product }) => product)).toEqual([expect.closeTo(0.545, 6), expect.closeTo(0.7085, 6)]);
  });
});
