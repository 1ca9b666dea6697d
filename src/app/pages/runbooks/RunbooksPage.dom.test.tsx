import React from 'react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_IDS } from '#ui';
import { execution, plan } from '../../../ui/testing/records.ts';
import { EXECUTOR_DOWN, renderPage } from '../../testing/render-page.tsx';
import { RunbooksPage } from './RunbooksPage.tsx';

afterEach(cleanup);

const NO_EXECUTION = { 'v1/executions': { value: { items: [], nextCursor: null } } };

describe('approvals', () => {
  it('approve a plan with the hash and the challenge of what was shown', async () => {
    const { requests } = renderPage(<RunbooksPage />, { answers: NO_EXECUTION });
    fireEvent.click(await screen.findByTestId(TEST_IDS.plan.approve));
    fireEvent.click(await screen.findByTestId(TEST_IDS.plan.confirm));
    await waitFor(() =>
      expect(requests.find(({ url }) => url.endsWith('/decision'))?.data).toEqual({
        decision: 'approve',
        planHash: 'a'.repeat(64),
        challenge: 'c'.repeat(32),
        comment: '',
      })
    );
  });

  it('offer no decision on an expired plan', async () => {
    const expired = plan({ approval: { status: 'pending', expiresMs: 1, decisions: [], decidedMs: null, approvers: [] } });
    renderPage(<RunbooksPage />, {
      answers: { ...NO_EXECUTION, 'v1/plans': { value: { items: [expired], nextCursor: null } } },
    });
    expect((await screen.findByTestId(TEST_IDS.plan.card)).dataset.state).toBe('expired');
    expect(screen.queryByTestId(TEST_IDS.plan.approve)).toBeNull();
    expect(screen.getByTestId(TEST_IDS.runbooks.pending).textContent).toContain('Nothing waits for a decision');
  });

  it('show a plan that was executed with its outcome', async () => {
    renderPage(<RunbooksPage />, {
      answers: { 'v1/executions': { value: { items: [execution({ outcome: 'not-recovered' })], nextCursor: null } } },
    });
    expect((await screen.findByTestId(TEST_IDS.badge.planState)).textContent).toBe('Not recovered');
  });

  it('say what to do when the executor is down', async () => {
    renderPage(<RunbooksPage />, { answers: EXECUTOR_DOWN });
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('Check that the executor runs');
  });
});

describe('audit', () => {
  it.each([
    [{ ok: true, entries: 2, brokenAt: null }, 'ok', 'Chain unbroken, 2 entries'],
    [{ ok: false, entries: 2, brokenAt: 1 }, 'broken', 'Chain broken at entry 1'],
  ])('shows the state of the chain: %j', async (verification, state, text) => {
    renderPage(<RunbooksPage />, { address: '/?tab=audit', answers: { 'v1/audit/verify': { value: verification } } });
    const badge = await screen.findByTestId(TEST_IDS.runbooks.auditState);
    expect(badge.dataset.state).toBe(state);
    expect(badge.textContent).toBe(text);
    expect(screen.getByTestId(TEST_IDS.runbooks.audit).textContent).toContain('plan.proposed');
  });
});

describe('manual action', () => {
  it('is not offered without the permission', async () => {
    renderPage(<RunbooksPage />, { address: '/?tab=manual', clients: { canExecute: false } });
    expect((await screen.findByTestId(TEST_IDS.state.empty)).textContent).toContain('Causeway approver');
  });
});

describe('history', () => {
  it('lists executions with their checks', async () => {
    renderPage(<RunbooksPage />, { address: '/?tab=history' });
    const row = await screen.findByTestId(TEST_IDS.runbooks.execution);
    expect(row.textContent).toContain('Recovered');
    expect(row.textContent).toContain('55 ms, passed');
  });
});
