import React from 'react';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExecutionStepPhase, PlanRecord } from '#contracts';
import { PlanCard } from '../PlanCard.tsx';
import type { PlanDecisionPort } from '../PlanDecisionForm.tsx';
import { TEST_IDS } from '../test-ids.ts';
import { execution, executionStep, NOW_MS, plan, planStep } from '../testing/records.ts';
import type { ExecutionPort } from './execution-port.ts';

afterEach(cleanup);

function fakePorts(refusal?: Error) {
  const calls: string[] = [];
  const answer = async (call: string) => {
    calls.push(call);
    if (refusal) {
      throw refusal;
    }
  };
  const toProblem = (error: unknown) => ({ source: 'Executor', message: (error as Error).message, remedy: 'Reload.' });
  const act: ExecutionPort = {
    cancel: ({ id }) => answer(`cancel ${id}`),
    confirmStep: ({ id }, step, comment) => answer(`confirm ${id} ${step} ${comment}`),
    release: ({ id }, comment) => answer(`release ${id} ${comment}`),
    toProblem,
  };
  const decide: PlanDecisionPort = {
    challenge: async () => 'proof',
    decide: (_plan, { decision, comment, breakGlass }) => answer(`${decision} ${String(breakGlass)} ${comment}`),
    toProblem,
  };
  return { calls, act, decide };
}

const card = () => screen.getByTestId(TEST_IDS.plan.card);
const asked = (change: Partial<PlanRecord>) => plan({ risk: { ...plan().risk, approvalsRequired: 2 }, ...change });

describe('the steps of a plan', () => {
  const STEPS = [
    planStep({ ttlSeconds: 1800, size: { pods: 2, percent: 40 } }),
    planStep({
      id: 'kill',
      action: 'k8s.deletePod',
      title: 'Delete a pod',
      reversible: false,
      destructive: true,
      diff: '',
      warnings: ['It has no other replica.'],
      condition: { expression: 'params.force', scope: { kind: 'step', parameters: {}, queries: [] } },
    }),
  ];

  it('say what each changes, on what, for how long and under which condition', () => {
    render(<PlanCard plan={plan({ steps: STEPS })} nowMs={NOW_MS} />);
    const [scale, kill] = screen.getAllByTestId(TEST_IDS.plan.step);
    expect(scale?.textContent).toContain('Deployment shop/payment, 2 pods disturbed, 40 % of it');
    expect(scale?.textContent).toContain('Taken back after 30 min');
    expect(scale?.textContent).toContain('+  replicas: 4');
    expect(kill?.textContent).toContain('Destructive');
    expect(kill?.textContent).toContain('Cannot be undone');
    expect(kill?.textContent).toContain('Only if params.force');
    expect(kill?.textContent).toContain('It has no other replica.');
    expect(kill?.textContent).toContain('not known how much of it is disturbed');
  });

  it.each<[ExecutionStepPhase, string]>([
    ['pending', 'Not yet'],
    ['skipped', 'Skipped'],
    ['undone', 'Taken back'],
    ['undo-refused', 'Could not be taken back'],
    ['stuck', 'Does not arrive'],
  ])('show that one is %s', (phase, text) => {
    const run = execution({ status: 'running', outcome: null, steps: [executionStep({ phase })] });
    render(<PlanCard plan={plan({ steps: [planStep()] })} execution={run} nowMs={NOW_MS} />);
    expect(screen.getByTestId(TEST_IDS.plan.step).textContent).toContain(text);
  });

  it('count down to the release of what is temporary', () => {
    const steps = [executionStep({ releaseMs: NOW_MS + 90_000 })];
    render(
      <PlanCard
        plan={plan({ steps: [planStep()] })}
        execution={execution({ steps, status: 'verifying' })}
        nowMs={NOW_MS}
      />
    );
    expect(screen.getByTestId(TEST_IDS.plan.step).textContent).toContain('Taken back by itself in 90 s');
  });

  it('let a person confirm what has to be done by hand', async () => {
    const { act, calls } = fakePorts();
    const run = execution({
      status: 'running',
      outcome: null,
      steps: [executionStep({ id: 'ask', phase: 'applied' })],
    });
    const manual = plan({ steps: [planStep({ id: 'ask', action: 'manual' })] });
    const { rerender } = render(<PlanCard plan={manual} execution={run} nowMs={NOW_MS} act={act} />);
    expect(screen.getByTestId(TEST_IDS.plan.step).textContent).toContain('Waits for a person');
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.stepDone));
    await waitFor(() => expect(calls).toEqual(['confirm 01EXECUTION ask ']));
    rerender(<PlanCard plan={manual} execution={run} nowMs={NOW_MS} />);
    expect(screen.queryByTestId(TEST_IDS.plan.stepDone)).toBeNull();
  });
});

describe('a running plan', () => {
  const RUNNING = execution({ status: 'running', outcome: null });

  it('is stopped after a second question', async () => {
    const { act, calls } = fakePorts();
    render(<PlanCard plan={plan()} execution={RUNNING} nowMs={NOW_MS} act={act} />);
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.stop));
    expect(calls).toEqual([]);
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.stopConfirm));
    await waitFor(() => expect(calls).toEqual(['cancel 01EXECUTION']));
  });

  it('says who stopped it, and offers it no more', () => {
    render(
      <PlanCard plan={plan()} execution={{ ...RUNNING, cancelledBy: 'bob' }} nowMs={NOW_MS} act={fakePorts().act} />
    );
    expect(card().textContent).toContain('bob asked to stop it');
    expect(screen.queryByTestId(TEST_IDS.plan.stop)).toBeNull();
  });

  it('that needs a person is released with what was found', async () => {
    const { act, calls } = fakePorts();
    render(
      <PlanCard
        plan={plan()}
        execution={execution({ status: 'needs-human', holdsTargets: true })}
        nowMs={NOW_MS}
        act={act}
      />
    );
    const button = screen.getByTestId<HTMLButtonElement>(TEST_IDS.plan.release);
    expect(button.disabled).toBe(true);
    fireEvent.change(screen.getByLabelText('What you found'), { target: { value: ' replaced the disk ' } });
    fireEvent.click(button);
    await waitFor(() => expect(calls).toEqual(['release 01EXECUTION replaced the disk']));
    await waitFor(() => expect(card().textContent).toContain('Released'));
  });

  it('shows why a stop was refused', async () => {
    render(<PlanCard plan={plan()} execution={RUNNING} nowMs={NOW_MS} act={fakePorts(new Error('is over')).act} />);
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.stop));
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.stopConfirm));
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('is over');
  });
});

describe('an approval', () => {
  it('is not offered to the person who asked, who can withdraw', () => {
    render(<PlanCard plan={plan({ requester: 'alice' })} nowMs={NOW_MS} decide={fakePorts().decide} login="alice" />);
    expect(screen.queryByTestId(TEST_IDS.plan.approve)).toBeNull();
    expect(screen.getByTestId(TEST_IDS.plan.reject).textContent).toBe('Withdraw');
  });

  it('is not offered twice to one person', () => {
    const decisions = [{ approver: 'bob', decision: 'approve', comment: '', atMs: NOW_MS, breakGlass: false }] as const;
    const record = asked({ approval: { ...plan().approval, decisions } });
    render(<PlanCard plan={record} nowMs={NOW_MS} decide={fakePorts().decide} login="bob" />);
    expect(screen.queryByTestId(TEST_IDS.plan.reject)).toBeNull();
    expect(card().textContent).toContain('Another person has to give the remaining approval');
  });

  it('is left to those who may', () => {
    const record = plan({ approval: { ...plan().approval, approvers: ['dba'] } });
    render(<PlanCard plan={record} nowMs={NOW_MS} decide={fakePorts().decide} login="bob" />);
    expect(screen.queryByTestId(TEST_IDS.plan.approve)).toBeNull();
    expect(card().textContent).toContain('Only dba may approve this');
  });

  it('of the first of two says that nothing is done yet', async () => {
    render(<PlanCard plan={asked({})} nowMs={NOW_MS} decide={fakePorts().decide} login="bob" />);
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.approve));
    await screen.findByTestId(TEST_IDS.plan.confirm);
    expect(card().textContent).toContain('1 more person has to approve before this is done');
  });

  it('alone needs a reason, is marked, and is not offered where one person is enough', async () => {
    const { decide, calls } = fakePorts();
    const { rerender } = render(<PlanCard plan={asked({})} nowMs={NOW_MS} decide={decide} login="bob" />);
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.breakGlass));
    expect(screen.getByTestId<HTMLButtonElement>(TEST_IDS.plan.approve).disabled).toBe(true);
    fireEvent.change(screen.getByTestId(TEST_IDS.plan.comment), { target: { value: 'nobody answers the pager' } });
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.approve));
    fireEvent.click(await screen.findByTestId(TEST_IDS.plan.confirm));
    await waitFor(() => expect(calls).toEqual(['approve true nobody answers the pager']));
    rerender(<PlanCard plan={plan()} nowMs={NOW_MS} decide={decide} login="bob" />);
    expect(screen.queryByTestId(TEST_IDS.plan.breakGlass)).toBeNull();
  });
});

describe('what a plan says of itself', () => {
  it('names runbook, reach and unknown reach', () => {
    const runbook = { name: 'scale-out', version: 2, title: 'Add replicas', digest: 'd'.repeat(64) };
    const { rerender } = render(<PlanCard plan={plan({ runbook })} nowMs={NOW_MS} />);
    expect(card().textContent).toContain('scale-out@2');
    expect(card().textContent).toContain('Services that feel it4');
    rerender(<PlanCard plan={plan({ affectedServices: null })} nowMs={NOW_MS} />);
    expect(card().textContent).toContain('Services that feel itunknown');
  });

  it('tells when a guard rail ends, and when a person has to act', () => {
    const guards = [
      { guard: 'maintenance', message: 'A window is on.', untilMs: NOW_MS + 60_000 },
      { guard: 'recurrence', message: 'It came back.' },
    ] as const;
    render(<PlanCard plan={plan({ guards })} nowMs={NOW_MS} />);
    const said = screen.getByTestId(TEST_IDS.plan.guards).textContent;
    expect(said).toContain('Ends by itself in 60 s');
    expect(said).toContain('A person has to change that');
  });

  it('draws the rounds of its checks', () => {
    const checks = [1, 2, 3].map((round) => ({
      name: 'payment p99',
      atMs: NOW_MS + round,
      value: round === 2 ? null : 0.05,
      passed: round !== 2,
    }));
    render(
      <PlanCard plan={plan()} execution={execution({ status: 'verifying', outcome: null, checks })} nowMs={NOW_MS} />
    );
    const drawn = screen.getAllByTestId(TEST_IDS.plan.chart)[0]?.querySelector('svg');
    expect(drawn?.getAttribute('aria-label')).toBe(
      'payment p99: 3 rounds, 2 passed, last 50 ms, passed, wanted < 100 ms'
    );
    expect(drawn?.querySelectorAll('circle')).toHaveLength(2);
    expect(drawn?.querySelector('text')?.textContent).toBe('?');
  });
});
