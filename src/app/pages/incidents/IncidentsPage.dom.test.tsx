import React from 'react';
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locationService } from '@grafana/runtime';
import { TEST_IDS } from '#ui';
import { alertRecord, incident, report } from '../../../ui/testing/records.ts';
import { EXECUTOR_DOWN, renderPage } from '../../testing/render-page.tsx';
import { IncidentsPage } from './IncidentsPage.tsx';

const { incidents: ids } = TEST_IDS;
const row = (): Promise<HTMLElement> => screen.findByTestId(ids.row);
const listOf = (...items: readonly unknown[]) => ({ value: { items, nextCursor: null } });

beforeEach(() => locationService.push('/a/causeway-aiops-app/incidents'));
afterEach(cleanup);

describe('IncidentsPage', () => {
  it('shows what is wrong, since when, the probable cause and who takes care of it', async () => {
    const { requests } = renderPage(<IncidentsPage />);
    const text = (await row()).textContent ?? '';
    for (const part of ['Slow: checkout', 'Noticed by the watch', 'Open', 'Likely', 'orders-db: Slow', 'Nobody']) {
      expect(text).toContain(part);
    }
    expect(screen.getByRole('link', { name: 'Slow: checkout' }).getAttribute('href')).toBe(
      '/a/causeway-aiops-app/rca?incident=01INCIDENT'
    );
    expect(requests[0]?.params).toEqual({ status: 'open' });
    expect(screen.getByTestId(ids.count).textContent).toBe('1 incident');
  });

  it('never shows an unknown cause as found', async () => {
    const unclear = report({ decision: 'insufficient-data', verdict: 'INCONCLUSIVE' });
    renderPage(<IncidentsPage />, { answers: { 'v1/incidents': listOf(incident({ report: unclear })) } });
    expect((await row()).textContent).toContain('Inconclusive');
    expect((await row()).textContent).toContain('not enough data to say');
  });

  it('is loading before anything has been answered, which is not the same as empty', () => {
    renderPage(<IncidentsPage />, { answers: { 'v1/incidents': 'silence' } });
    expect(screen.getByTestId(TEST_IDS.state.loading)).toBeTruthy();
    expect(screen.queryByTestId(TEST_IDS.state.empty)).toBeNull();
    expect(screen.queryByTestId(ids.count)).toBeNull();
  });

  it('says that nothing is open, or that the filters fit nothing', async () => {
    const answers = { 'v1/incidents': listOf() };
    renderPage(<IncidentsPage />, { answers });
    expect((await screen.findByTestId(TEST_IDS.state.empty)).textContent).toContain('No open incident');
    cleanup();
    renderPage(<IncidentsPage />, { answers, address: '/?q=payment&status=all' });
    expect((await screen.findByTestId(TEST_IDS.state.empty)).textContent).toContain('No incident fits');
  });

  it('says what to do when the executor is down', async () => {
    renderPage(<IncidentsPage />, { answers: EXECUTOR_DOWN });
    const error = await screen.findByTestId(TEST_IDS.state.error);
    expect(error.textContent).toContain('The executor does not answer');
    expect(screen.queryByTestId(TEST_IDS.state.empty), 'nothing is claimed').toBeNull();
  });

  it('keeps old incidents with a notice when reading them again fails', async () => {
    const answers: Record<string, { value: unknown } | { status: number }> = { 'v1/incidents': listOf(incident()) };
    renderPage(<IncidentsPage />, { answers });
    await row();
    answers['v1/incidents'] = { status: 502 };
    answers['PUT v1/incidents/01INCIDENT/assignee'] = { value: incident({ assignee: 'admin' }) };
    fireEvent.click(screen.getByTestId(ids.take));
    expect((await screen.findByTestId(TEST_IDS.state.stale)).textContent).toContain('Shown as of');
    expect(await row()).toBeTruthy();
  });

  it('takes the filters from the address and asks for them', async () => {
    const { requests } = renderPage(<IncidentsPage />, { address: '/?q=pay&status=resolved&origin=alert&mine=1' });
    await row();
    expect(requests[0]?.params).toEqual({ q: 'pay', status: 'resolved', origin: 'alert', assignee: 'admin' });
  });

  it('writes what is searched for into the address, and asks once it has come to rest', async () => {
    const { requests } = renderPage(<IncidentsPage />);
    await row();
    const before = requests.length;
    for (const text of ['o', 'or', 'orders']) {
      fireEvent.change(screen.getByTestId(ids.search), { target: { value: text } });
    }
    await waitFor(() => expect(locationService.getLocation().search).toBe('?q=orders'));
    // Polls that fall due meanwhile ask for nothing.
    const asked = () => requests.slice(before).flatMap(({ params }) => (params as { q?: string }).q || []);
    await waitFor(() => expect(new Set(asked())).toEqual(new Set(['orders'])));
    fireEvent.click(within(screen.getByTestId(ids.origin)).getByRole('radio', { name: 'Persons' }));
    await waitFor(() => expect(locationService.getLocation().search).toBe('?q=orders&origin=person'));
    fireEvent.click(screen.getByRole('button', { name: 'Clear the search' }));
    await waitFor(() => expect(locationService.getLocation().search).toBe('?origin=person'));
  });

  it('shows more when asked', async () => {
    renderPage(<IncidentsPage />, {
      answers: {
        'v1/incidents': { value: { items: [incident()], nextCursor: 'c1' } },
        'v1/incidents?cursor=c1': listOf(incident({ id: '01OLDER', service: 'cart' })),
      },
    });
    await row();
    expect(screen.getByTestId(ids.count).textContent).toBe('The newest 1 incident');
    fireEvent.click(screen.getByTestId(TEST_IDS.runbooks.more));
    await waitFor(() => expect(screen.getAllByTestId(ids.row)).toHaveLength(2));
    expect(screen.getByTestId(ids.count).textContent).toBe('2 incidents');
    expect(screen.queryByTestId(TEST_IDS.runbooks.more)).toBeNull();
  });
});

describe('who takes care of an incident', () => {
  const put = 'PUT v1/incidents/01INCIDENT/assignee';
  const bodies = (requests: ReadonlyArray<{ method?: string; data?: unknown }>) =>
    requests.filter(({ method }) => method === 'PUT').map(({ data }) => data);

  it('is oneself after a click, and nobody after another', async () => {
    const answers: Record<string, { value: unknown }> = { [put]: { value: incident({ assignee: 'admin' }) } };
    const { requests } = renderPage(<IncidentsPage />, { answers });
    await row();
    answers['v1/incidents'] = listOf(incident({ assignee: 'admin' }));
    fireEvent.click(screen.getByRole('button', { name: 'Take it: Slow: checkout' }));
    const release = await screen.findByTestId(ids.release);
    expect(screen.getByTestId(ids.assignee).textContent).toBe('admin (you)');
    answers[put] = { value: incident() };
    answers['v1/incidents'] = listOf(incident());
    fireEvent.click(release);
    await screen.findByTestId(ids.take);
    expect(bodies(requests)).toEqual([{ assignee: 'admin' }, { assignee: null }]);
  });

  it('is a person whose login is given', async () => {
    const answers: Record<string, { value: unknown }> = { [put]: { value: incident({ assignee: 'berta' }) } };
    const { requests } = renderPage(<IncidentsPage />, { answers });
    await row();
    answers['v1/incidents'] = listOf(incident({ assignee: 'berta' }));
    fireEvent.click(screen.getByTestId(ids.hand));
    const field = screen.getByRole('textbox', { name: /^Login of the person/ });
    expect(document.activeElement).toBe(field);
    expect((screen.getByTestId(ids.handSave) as HTMLButtonElement).disabled).toBe(true);
    fireEvent.change(field, { target: { value: ' berta ' } });
    fireEvent.submit(screen.getByTestId(ids.handForm));
    await waitFor(() => expect(screen.getByTestId(ids.assignee).dataset.assignee).toBe('berta'));
    expect(screen.queryByTestId(ids.handForm)).toBeNull();
    expect(bodies(requests)).toEqual([{ assignee: 'berta' }]);
  });

  it('is left as it was by Escape', async () => {
    renderPage(<IncidentsPage />);
    await row();
    fireEvent.click(screen.getByTestId(ids.hand));
    fireEvent.keyDown(screen.getByRole('textbox', { name: /^Login/ }), { key: 'Escape' });
    expect(screen.queryByTestId(ids.handForm)).toBeNull();
  });

  it('is not changed by a refusal, which is told', async () => {
    renderPage(<IncidentsPage />, { answers: { [put]: { status: 403 } } });
    await row();
    await act(async () => fireEvent.click(screen.getByTestId(ids.take)));
    expect((await screen.findByRole('alert')).textContent).toContain('You may not do this.');
    expect(screen.getByTestId(ids.assignee).textContent).toBe('Nobody');
  });

  it('cannot be changed by readers', async () => {
    renderPage(<IncidentsPage />, { clients: { canLabel: false } });
    await row();
    expect(screen.queryByTestId(ids.take)).toBeNull();
    expect(screen.queryByTestId(ids.hand)).toBeNull();
  });
});

describe('the alerts of an incident', () => {
  it('unfold, with their texts as text', async () => {
    const hostile = alertRecord({ summary: '<img src=x onerror=alert(1)>' });
    const { requests } = renderPage(<IncidentsPage />, { answers: { 'v1/alerts': listOf(hostile) } });
    await row();
    const button = screen.getByTestId(ids.showAlerts);
    expect(button.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(button);
    const alert = await screen.findByTestId(ids.alert);
    expect(alert.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(alert.querySelector('img')).toBeNull();
    expect(alert.textContent).toContain('Firing');
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(requests.find(({ url }) => url.endsWith('v1/alerts'))?.params).toEqual({ incidentId: '01INCIDENT' });
    fireEvent.click(button);
    expect(screen.queryByTestId(ids.alerts)).toBeNull();
  });

  it('are said to be none where there is none', async () => {
    renderPage(<IncidentsPage />, { answers: { 'v1/alerts': listOf() } });
    await row();
    fireEvent.click(screen.getByTestId(ids.showAlerts));
    expect((await screen.findByText(/^No alert belongs to this incident/)).textContent).toBeTruthy();
  });
});
