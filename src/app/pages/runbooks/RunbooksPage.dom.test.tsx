import React from 'react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_IDS } from '#ui';
import { execution, plan } from '../../../ui/testing/records.ts';
import { notification, runbookEntry, suggestion } from '../../../ui/testing/runbooks.ts';
import { withMeasuredText } from '../../testing/measured-text.ts';
import { EXECUTOR_DOWN, renderPage } from '../../testing/render-page.tsx';
import { RunbooksPage } from './RunbooksPage.tsx';

afterEach(cleanup);
withMeasuredText();

/** A form behind two readings takes its time on a busy machine. */
const PATIENTLY = { timeout: 10_000 };

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
    const expired = plan({
      approval: { status: 'pending', expiresMs: 1, decisions: [], decidedMs: null, approvers: [] },
    });
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
    renderPage(<RunbooksPage />, { address: '/?tab=manual', clients: { canPropose: false } });
    expect((await screen.findByTestId(TEST_IDS.state.empty)).textContent).toContain('Causeway proposer');
  });
});

describe('history', () => {
  it('lists executions with their checks', async () => {
    renderPage(<RunbooksPage />, { address: '/?tab=history' });
    const entry = await screen.findByTestId(TEST_IDS.runbooks.execution);
    expect(entry.textContent).toContain('Recovered');
    expect(entry.textContent).toContain('55 ms, passed');
    expect(entry.textContent).toContain('Create an index');
  });

  it('loads older ones on demand, once each', async () => {
    const page = (id: string, nextCursor: string | null) => ({
      value: { items: [execution({ id, outcome: 'partial' })], nextCursor },
    });
    const { requests } = renderPage(<RunbooksPage />, {
      address: '/?tab=history',
      answers: { 'v1/executions': page('01NEW', '01CURSOR'), 'v1/executions?cursor=01CURSOR': page('01OLD', null) },
    });
    fireEvent.click(await screen.findByTestId(TEST_IDS.runbooks.more));
    await waitFor(() => expect(screen.getAllByTestId(TEST_IDS.runbooks.execution)).toHaveLength(2));
    expect(screen.queryByTestId(TEST_IDS.runbooks.more)).toBeNull();
    expect(requests.some(({ params }) => (params as { cursor?: string }).cursor === '01CURSOR')).toBe(true);
  });

  it('shows an execution whose plan cannot be read by its id', async () => {
    renderPage(<RunbooksPage />, { address: '/?tab=history', answers: { 'v1/plans/01PLAN': { status: 404 } } });
    expect((await screen.findByTestId(TEST_IDS.runbooks.execution)).textContent).toContain('Plan 01PLAN');
  });
});

describe('catalogue', () => {
  it('tells what can run here, what cannot and why, and which files are refused', async () => {
    const problems = [
      { source: 'bad.yaml', line: 7, field: 'spec.steps[0].action', message: 'is not known', remedy: 'Use k8s.scale.' },
    ];
    const items = [runbookEntry(), runbookEntry({ name: 'keda', missingActions: ['keda.pause'] })];
    renderPage(<RunbooksPage />, {
      address: '/?tab=catalogue',
      answers: { 'v1/runbooks': { value: { items, problems } } },
    });
    const [usable, other] = await screen.findAllByTestId(TEST_IDS.runbooks.runbook);
    expect(usable?.textContent).toContain('Ran 3 times, helped 2 times');
    expect(usable?.textContent).toContain('2 of 3 in a row');
    expect(usable?.textContent).toContain('Taken back by itself after 30m');
    expect(other?.textContent).toContain('keda.pause is not enabled on this executor');
    expect(screen.getAllByTestId(TEST_IDS.runbooks.use)).toHaveLength(1);
    const refused = screen.getByTestId(TEST_IDS.runbooks.fileProblems).textContent;
    expect(refused).toContain('bad.yaml:7');
    expect(refused).toContain('Use k8s.scale.');
  });

  it('says where runbooks come from when there are none', async () => {
    renderPage(<RunbooksPage />, {
      address: '/?tab=catalogue',
      answers: { 'v1/runbooks': { value: { items: [], problems: [] } } },
    });
    expect((await screen.findByTestId(TEST_IDS.state.empty)).textContent).toContain('no runbooks');
  });
});

describe('proposals', () => {
  it('are shown for the only open incident, with the arithmetic and what is missing', async () => {
    const items = [suggestion({ risk: null, missing: [{ name: 'replicas', reason: 'is missing' }] })];
    const misses = [{ name: 'other', reason: 'its condition does not hold' }];
    renderPage(<RunbooksPage />, {
      address: '/?tab=proposals',
      answers: { 'v1/incidents/01INCIDENT/proposals': { value: { items, misses } } },
    });
    const card = await screen.findByTestId(TEST_IDS.runbooks.suggestion, {}, PATIENTLY);
    expect(card.textContent).toContain('not known before everything is filled in');
    expect(card.textContent).toContain('To fill in: replicas is missing');
    expect(card.textContent).toContain('Rule: scale-out, confidence 0.9.');
    expect(screen.getByTestId(TEST_IDS.runbooks.proposals).textContent).toContain('its condition does not hold');
  });

  it('become a plan by the form', async () => {
    const { requests } = renderPage(<RunbooksPage />, {
      address: '/?tab=proposals&incident=01INCIDENT&runbook=scale-out',
      answers: { 'POST v1/plans': { value: plan() } },
    });
    const replicas = await screen.findByLabelText(/replicas/, {}, PATIENTLY);
    expect((replicas as HTMLInputElement).value).toBe('4');
    fireEvent.change(replicas, { target: { value: '40' } });
    fireEvent.click(screen.getByTestId(TEST_IDS.runbooks.propose));
    expect(await screen.findByText('Enter a value from 1 to 10.')).toBeTruthy();
    fireEvent.change(replicas, { target: { value: '5' } });
    fireEvent.click(screen.getByTestId(TEST_IDS.runbooks.propose));
    expect((await screen.findByTestId(TEST_IDS.runbooks.proposed)).textContent).toContain('Plan made');
    expect(requests.find(({ method }) => method === 'POST')?.data).toMatchObject({
      runbook: { name: 'scale-out', version: 2 },
      parameters: { service: 'payment', replicas: 5 },
    });
  });

  it('show at the field what the executor refuses', async () => {
    const body = {
      code: 'CAUSEWAY_EXECUTOR_PARAMETER_INVALID',
      title: 'Action not possible as asked',
      detail: 'parameters.service is not known.',
      remedy: 'Correct the named field.',
    };
    renderPage(<RunbooksPage />, {
      address: '/?tab=proposals&runbook=scale-out',
      answers: { 'POST v1/plans': { status: 422, body } },
    });
    fireEvent.click(await screen.findByTestId(TEST_IDS.runbooks.propose, {}, PATIENTLY));
    expect(await screen.findByText('It is not known.')).toBeTruthy();
    expect(screen.getByTestId(TEST_IDS.state.error).textContent).toContain('Correct the named field.');
  });

  it('are seen but not made without the permission', async () => {
    renderPage(<RunbooksPage />, { address: '/?tab=proposals', clients: { canPropose: false } });
    await screen.findByTestId(TEST_IDS.runbooks.suggestion, {}, PATIENTLY);
    expect(screen.queryByTestId(TEST_IDS.runbooks.use)).toBeNull();
  });

  it('are not needed without an open incident', async () => {
    renderPage(<RunbooksPage />, {
      address: '/?tab=proposals',
      answers: { 'v1/incidents': { value: { items: [], nextCursor: null } } },
    });
    expect((await screen.findByTestId(TEST_IDS.state.empty)).textContent).toContain('no open incident');
  });
});

describe('freeze and maintenance', () => {
  it('freezes with a reason', async () => {
    const { requests } = renderPage(<RunbooksPage />, { address: '/?tab=safety' });
    const button = await screen.findByTestId<HTMLButtonElement>(TEST_IDS.runbooks.freezeSwitch);
    expect(button.disabled).toBe(true);
    fireEvent.change(screen.getByTestId(TEST_IDS.runbooks.freezeReason), { target: { value: 'strange things' } });
    fireEvent.click(button);
    await waitFor(() =>
      expect(requests.find(({ method }) => method === 'PUT')?.data).toEqual({ frozen: true, reason: 'strange things' })
    );
  });

  it('says on every tab that it is frozen', async () => {
    const frozen = { frozen: true, reason: 'strange things', actor: 'bob', atMs: 1 };
    renderPage(<RunbooksPage />, { address: '/?tab=audit', answers: { 'v1/freeze': { value: frozen } } });
    expect(await screen.findByText('Frozen by bob: strange things')).toBeTruthy();
  });

  it('removes a window and keeps the others', async () => {
    const window = (id: string) => ({ id, fromMs: 1, toMs: 2, reason: id });
    const { requests } = renderPage(<RunbooksPage />, {
      address: '/?tab=safety',
      answers: { 'v1/maintenance': { value: { windows: [window('a'), window('b')] } } },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Remove a' }));
    await waitFor(() =>
      expect(requests.find(({ method }) => method === 'PUT')?.data).toEqual({ windows: [window('b')] })
    );
  });

  it('is seen and not changed without the permission', async () => {
    renderPage(<RunbooksPage />, { address: '/?tab=safety', clients: { canExecute: false } });
    await screen.findByTestId(TEST_IDS.runbooks.frozen);
    expect(screen.queryByTestId(TEST_IDS.runbooks.freezeSwitch)).toBeNull();
    expect(screen.queryByTestId(TEST_IDS.runbooks.windowAdd)).toBeNull();
  });
});

describe('notifications', () => {
  it('tell what was sent, what waits and what failed and why', async () => {
    const items = [
      notification({ id: '1', subject: '01PLAN', content: { title: 'Add replicas' } }),
      notification({ id: '2', sentMs: 5 }),
      notification({ id: '3', error: 'HTTP 503', attempts: 2 }),
      notification({ id: '4', error: 'refused', attempts: 8, dropped: true }),
    ];
    renderPage(<RunbooksPage />, {
      address: '/?tab=notifications',
      answers: { 'v1/notifications': { value: { items, nextCursor: null } } },
    });
    const rows = await screen.findAllByTestId(TEST_IDS.runbooks.notification);
    expect(rows.map((row) => row.dataset.state)).toEqual(['waiting', 'sent', 'retrying', 'failed']);
    expect(rows[0]?.textContent).toContain('Add replicas');
    expect(rows[3]?.textContent).toContain('refused (8 attempts)');
  });
});

describe('older entries that cannot be read', () => {
  it('leave the list as it is and can be asked for again', async () => {
    renderPage(<RunbooksPage />, {
      address: '/?tab=history',
      answers: {
        'v1/executions': { value: { items: [execution()], nextCursor: '01CURSOR' } },
        'v1/executions?cursor=01CURSOR': { status: 502 },
      },
    });
    fireEvent.click(await screen.findByTestId(TEST_IDS.runbooks.more));
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('Check that the executor runs');
    expect(screen.getAllByTestId(TEST_IDS.runbooks.execution)).toHaveLength(1);
    expect(screen.getByTestId(TEST_IDS.runbooks.more)).toBeTruthy();
  });
});
