import React from 'react';
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_IDS } from '#ui';
import { NOW_MS } from '../../ui/testing/records.ts';
import { type Answers, renderPage } from '../testing/render-page.tsx';
import { BlastRadius } from './BlastRadius.tsx';

afterEach(cleanup);

function answer(affected: readonly object[]): Answers {
  const node = { name: 'orders-db', kind: 'database' };
  const value = { service: 'orders-db', atMs: NOW_MS, node, affected, dependencies: [], dominates: [], problems: [] };
  return { 'topology/blast-radius': { value } };
}

/** jsdom opens no fold by itself. */
function open() {
  const fold = screen.getByTestId<HTMLDetailsElement>(TEST_IDS.plan.impact);
  fold.open = true;
  fireEvent(fold, new Event('toggle'));
}

describe('who would feel an action', () => {
  it('is read when it is opened, and said in words beside the graph', async () => {
    const affected = [{ service: 'payment', hops: 1, trafficShare: 0.5 }];
    const { requests } = renderPage(<BlastRadius service="orders-db" />, { answers: answer(affected) });
    expect(requests).toEqual([]);
    open();
    expect(await screen.findByText('Would feel it: payment (1 hop, 50 % of its requests).')).toBeTruthy();
    expect(screen.getByTestId(TEST_IDS.graph.root)).toBeTruthy();
  });

  it('is nobody only where the graph knows the service', async () => {
    renderPage(<BlastRadius service="orders-db" />, { answers: answer([]) });
    open();
    expect(await screen.findByText('Nobody calls orders-db, as far as the graph knows.')).toBeTruthy();
  });

  it('is unknown for what is not in the graph', async () => {
    renderPage(<BlastRadius service="elsewhere" />);
    open();
    expect((await screen.findByTestId(TEST_IDS.state.empty)).textContent).toContain('nobody can say');
  });

  it('is not offered without a data source', () => {
    renderPage(<BlastRadius service="orders-db" />, { clients: { backend: undefined } });
    expect(screen.queryByTestId(TEST_IDS.plan.impact)).toBeNull();
  });
});
