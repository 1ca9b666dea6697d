import React from 'react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TEST_IDS } from '#ui';
import { incident } from '../../../ui/testing/records.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { ResolveIncident } from './ResolveIncident.tsx';

const { rca, state } = TEST_IDS;
const PATH = 'v1/incidents/01INCIDENT/resolution';
afterEach(cleanup);

describe('an incident that a person says is over', () => {
  it('needs a reason, which is told to the executor', async () => {
    const onChanged = vi.fn<() => void>();
    const answers = { [PATH]: { value: incident() } };
    const { requests } = renderPage(<ResolveIncident incident={incident()} onChanged={onChanged} />, { answers });
    fireEvent.click(screen.getByTestId(rca.close));
    expect(document.activeElement).toBe(screen.getByTestId(rca.closeReason));
    expect(screen.getByTestId<HTMLButtonElement>(rca.closeConfirm).disabled).toBe(true);
    fireEvent.change(screen.getByTestId(rca.closeReason), { target: { value: ' a load test ' } });
    fireEvent.click(screen.getByTestId(rca.closeConfirm));
    await waitFor(() => expect(onChanged).toHaveBeenCalledOnce());
    expect(requests).toMatchObject([{ method: 'PUT', data: { reason: 'a load test' } }]);
  });

  it('says why it could not be ended, and keeps the reason', async () => {
    const answers = { [PATH]: { status: 409 } };
    renderPage(<ResolveIncident incident={incident()} onChanged={() => undefined} />, { answers });
    fireEvent.click(screen.getByTestId(rca.close));
    fireEvent.change(screen.getByTestId(rca.closeReason), { target: { value: 'a load test' } });
    fireEvent.click(screen.getByTestId(rca.closeConfirm));
    expect(await screen.findByTestId(state.error)).toBeTruthy();
    expect(screen.getByTestId<HTMLInputElement>(rca.closeReason).value).toBe('a load test');
  });

  it('says who ended it, and offers nothing to those who may not', () => {
    const closed = incident({ status: 'resolved', closed: { by: 'erin', reason: 'a load test' } });
    const { container } = renderPage(<ResolveIncident incident={closed} onChanged={() => undefined} />);
    expect(container.textContent).toBe('Marked as resolved by erin: a load test');
    cleanup();
    const viewer = { clients: { canLabel: false } };
    expect(
      renderPage(<ResolveIncident incident={incident()} onChanged={() => undefined} />, viewer).container.textContent
    ).toBe('');
  });
});
