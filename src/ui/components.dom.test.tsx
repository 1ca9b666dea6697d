import React from 'react';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { MemoryRouter } from 'react-router-dom';
import { afterEach, describe, expect, it } from 'vitest';
import { AnomalyBadge } from './AnomalyBadge.tsx';
import { EvidenceList } from './EvidenceList.tsx';
import { HypothesisRanking } from './HypothesisRanking.tsx';
import { PlanCard } from './PlanCard.tsx';
import type { PlanDecisionPort } from './PlanDecisionForm.tsx';
import { EmptyState, ErrorState, LoadingState } from './states.tsx';
import { TEST_IDS } from './test-ids.ts';
import { execution, NO_DATA, NOW_MS, plan, report, scored } from './testing/records.ts';

afterEach(cleanup);

describe('states', () => {
  it('are three different things', () => {
    render(
      <>
        <EmptyState title="Nothing" />
        <ErrorState problem={{ source: 'Prometheus', message: 'No answer.', remedy: 'Start it.' }} />
        <LoadingState label="Reading" />
      </>
    );
    expect(screen.getByTestId(TEST_IDS.state.empty).textContent).toContain('Nothing');
    expect(screen.getByTestId(TEST_IDS.state.loading).textContent).toContain('Reading');
    expect(screen.getByTestId(TEST_IDS.state.error).textContent).toContain('Prometheus: No answer.');
    expect(screen.getByTestId(TEST_IDS.state.error).textContent).toContain('What to do: Start it.');
  });
});

describe('AnomalyBadge', () => {
  it('gives unknown a look and a reason of its own', () => {
    render(
      <>
        <AnomalyBadge reading={NO_DATA} />
        <AnomalyBadge reading={scored(0.12)} />
      </>
    );
    const [unknown, normal] = screen.getAllByTestId(TEST_IDS.badge.anomaly);
    expect(unknown?.textContent).toBe('Unknown: no data');
    expect(normal?.textContent).toBe('Normal 0.12');
    expect(unknown?.className).not.toBe(normal?.className);
  });
});

describe('EvidenceList', () => {
  it('shows hostile text as text, numbers, units and the link', () => {
    render(
      <MemoryRouter>
        <EvidenceList evidence={report().evidence} linkFor={({ number }) => (number === 1 ? '/explore' : undefined)} />
      </MemoryRouter>
    );
    const items = within(screen.getByTestId(TEST_IDS.rca.evidence)).getAllByRole('listitem');
    expect(items).toHaveLength(3);
    expect(items[0]?.textContent).toContain('observed 3.5 s, usual 50 ms');
    expect(items[2]?.textContent).toContain('<b>calling</b>');
    expect(items[2]?.querySelector('b')).toBeNull();
    expect(screen.getAllByRole('link', { hidden: true }).map((link) => link.getAttribute('href'))).toEqual([
      '/explore',
    ]);
  });
});

describe('HypothesisRanking', () => {
  it('claims no confidence where no cause was found', () => {
    const { container, rerender } = render(<HypothesisRanking hypotheses={report().hypotheses} leading={0} />);
    expect(container.querySelector('meter')).toBeNull();
    rerender(<HypothesisRanking hypotheses={report().hypotheses} leading={1} />);
    expect(container.querySelector('meter')).not.toBeNull();
  });

  it('opens the leading cause and folds the rest', () => {
    render(<HypothesisRanking hypotheses={report().hypotheses} leading={1} />);
    const items = screen.getAllByTestId(TEST_IDS.rca.hypothesis);
    expect(items.map((item) => item.dataset.service)).toEqual(['orders-db', 'payment']);
    expect(items.map((item) => item.querySelector('details')?.open)).toEqual([true, false]);
    expect(items[0]?.textContent).toContain('checkout 88 % explained, assumed, not measured');
  });
});

function fakePort(refusal?: Error) {
  const calls: string[] = [];
  const port: PlanDecisionPort = {
    challenge: async () => {
      calls.push('challenge');
      return 'proof';
    },
    decide: async (_plan, { decision, comment, breakGlass }, challenge) => {
      calls.push(`${decision}${breakGlass ? ' alone' : ''} ${challenge} ${comment}`);
      if (refusal) {
        throw refusal;
      }
    },
    toProblem: (error) => ({ source: 'Executor', message: (error as Error).message, remedy: 'Ask another person.' }),
  };
  return { port, calls };
}

describe('PlanCard', () => {
  it('shows what an approver must see', () => {
    render(<PlanCard plan={plan()} nowMs={NOW_MS} decide={fakePort().port} />);
    const card = screen.getByTestId(TEST_IDS.plan.card);
    for (const text of [
      'Create an index on orders(customer_id) in orders-db',
      'Nothing has been changed yet',
      'Decide within 25 min',
      'CREATE INDEX CONCURRENTLY',
      'Risk 0.71 of 1, needs 1 approval',
      '× 1.30',
      'payment p99',
      '< 100 ms',
      'Expected to take3 min',
    ]) {
      expect(card.textContent).toContain(text);
    }
  });

  it('asks once more before it approves, and sends the comment', async () => {
    const { port, calls } = fakePort();
    render(<PlanCard plan={plan()} nowMs={NOW_MS} decide={port} />);
    fireEvent.change(screen.getByTestId(TEST_IDS.plan.comment), { target: { value: ' go ' } });
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.approve));
    const confirm = await screen.findByTestId(TEST_IDS.plan.confirm);
    expect(screen.getByTestId(TEST_IDS.plan.card).textContent).toContain('This will be done now: Create an index');
    expect(calls).toEqual(['challenge']);
    fireEvent.click(confirm);
    await waitFor(() => expect(calls).toEqual(['challenge', 'approve proof go']));
  });

  it('can go back, and rejects without doing anything', async () => {
    const { port, calls } = fakePort();
    render(<PlanCard plan={plan()} nowMs={NOW_MS} decide={port} />);
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.approve));
    fireEvent.click(await screen.findByTestId(TEST_IDS.plan.cancel));
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.reject));
    fireEvent.click(await screen.findByTestId(TEST_IDS.plan.confirm));
    await waitFor(() => expect(calls).toEqual(['challenge', 'challenge', 'reject proof ']));
  });

  it('shows a refusal with its remedy and lets one try again', async () => {
    const { port } = fakePort(new Error('four eyes'));
    render(<PlanCard plan={plan()} nowMs={NOW_MS} decide={port} />);
    fireEvent.click(screen.getByTestId(TEST_IDS.plan.approve));
    fireEvent.click(await screen.findByTestId(TEST_IDS.plan.confirm));
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('Ask another person.');
    expect(screen.getByTestId(TEST_IDS.plan.approve)).toBeTruthy();
  });

  it.each([
    [
      'an expired plan',
      plan({ approval: { status: 'pending', expiresMs: NOW_MS, decisions: [], decidedMs: null, approvers: [] } }),
      undefined,
      'Expired',
    ],
    [
      'a plan under way',
      plan({ approval: { status: 'approved', expiresMs: NOW_MS, decisions: [], decidedMs: NOW_MS, approvers: [] } }),
      execution({ status: 'verifying', outcome: null }),
      'Verifying',
    ],
    ['a plan without data', plan(), execution({ outcome: 'no-data' }), 'This is not a success'],
  ])('has no buttons for %s', (_name, record, run, text) => {
    render(<PlanCard plan={record} execution={run} nowMs={NOW_MS} decide={fakePort().port} />);
    expect(screen.queryByTestId(TEST_IDS.plan.approve)).toBeNull();
    expect(screen.getByTestId(TEST_IDS.plan.card).textContent).toContain(text);
  });

  it('warns of a plan that outlived its incident', () => {
    render(<PlanCard plan={plan()} nowMs={NOW_MS} decide={fakePort().port} incidentResolved />);
    expect(screen.getByTestId(TEST_IDS.plan.card).textContent).toContain('The incident is resolved');
  });

  it('tells people without the permission whom to ask', () => {
    render(<PlanCard plan={plan()} nowMs={NOW_MS} />);
    expect(screen.queryByTestId(TEST_IDS.plan.approve)).toBeNull();
    expect(screen.getByTestId(TEST_IDS.plan.card).textContent).toContain('Causeway approver');
  });
});
