import React, { useState } from 'react';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServiceGraph } from '#model';
import { report, shopGraph, shopStates } from '../testing/records.ts';
import { TEST_IDS } from '../test-ids.ts';
import { toHighlight } from './graph-model.ts';
import type { GraphDocument } from './graph-export.ts';
import { ServiceGraphView, type ServiceGraphViewProps } from './ServiceGraphView.tsx';

const { graph: IDS } = TEST_IDS;

/** The view with its selection, as a page would hold it. jsdom cannot draw, so that everything must go without. */
function Held(props: Partial<ServiceGraphViewProps>) {
  const [selected, setSelected] = useState<string>();
  return (
    <ServiceGraphView
      graph={shopGraph()}
      services={shopStates()}
      detail={<p>all about {selected}</p>}
      {...props}
      selected={selected}
      onSelect={setSelected}
    />
  );
}

const rows = () => screen.queryAllByTestId(IDS.row).map((row) => row.dataset.service);
const nameButton = (service: string) => {
  const row = screen.getAllByTestId(IDS.row).find((item) => item.dataset.service === service);
  return within(row as HTMLElement).getByRole('button');
};
const note = () => screen.queryByTestId(IDS.note)?.textContent;

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe('ServiceGraphView without a drawing', () => {
  it('has every service in the table, worst first, and every call in another', () => {
    render(<Held highlight={toHighlight(report())} />);
    expect(screen.getByText('This browser cannot draw the graph')).toBeTruthy();
    expect(rows()).toHaveLength(shopGraph().nodes.length);
    expect(rows().slice(0, 3)).toEqual(['orders-db', 'payment', 'order']);
    const payment = screen.getAllByTestId(IDS.row).find((row) => row.dataset.service === 'payment');
    expect(payment?.textContent).toContain('Critical 0.93');
    const calls = within(screen.getByTestId(IDS.calls)).getAllByRole('row', { hidden: true });
    expect(calls).toHaveLength(shopGraph().edges.length + 1);
    expect(calls[1]?.textContent).toContain('on the path from cause to symptom');
  });

  it('selects by the name in the table, and takes it back', () => {
    render(<Held />);
    fireEvent.click(nameButton('payment'));
    expect(nameButton('payment').getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByTestId(IDS.detail).textContent).toContain('all about payment');
    fireEvent.click(nameButton('payment'));
    expect(screen.queryByTestId(IDS.detail)).toBeNull();
  });

  it('filters by health and says what is left out', () => {
    render(<Held />);
    fireEvent.click(within(screen.getByTestId(IDS.levels)).getByRole('button', { name: /critical/ }));
    expect(rows()).toEqual(['orders-db', 'payment']);
    expect(note()).toContain('Only services that are critical: 2 of 16.');
    fireEvent.click(screen.getByTestId(IDS.all));
    expect(rows()).toHaveLength(16);
    expect(note()).toBeUndefined();
  });

  it('shows neighbours and blast radius of the selected service', () => {
    render(<Held />);
    fireEvent.click(nameButton('redis'));
    fireEvent.click(screen.getAllByTestId(IDS.focus)[0] as HTMLElement);
    expect(rows().toSorted()).toEqual(['cart', 'payment', 'redis']);
    fireEvent.click(screen.getByTestId(IDS.all));
    fireEvent.click(screen.getByTestId(IDS.blast));
    expect(note()).toContain('A failure of redis reaches 6 of 15 other services.');
    const order = screen.getAllByTestId(IDS.row).find((row) => row.dataset.service === 'order');
    expect(order?.textContent).toContain('2 hops');
  });

  it('finds services by part of a name', () => {
    render(<Held />);
    fireEvent.change(screen.getByTestId(IDS.search), { target: { value: 'order' } });
    expect(screen.getByTestId(IDS.found).textContent).toBe('3 found');
  });

  it('collapses by team where teams are known, and opens one team', () => {
    const graph: ServiceGraph = {
      ...shopGraph(),
      nodes: shopGraph().nodes.map((node) => (node.name === 'payment' ? { ...node, team: 'money' } : node)),
    };
    render(<Held graph={graph} />);
    fireEvent.click(screen.getByRole('radio', { name: 'Team' }));
    expect(rows()).toEqual(['money', 'no team']);
    fireEvent.click(nameButton('money'));
    fireEvent.click(screen.getByTestId(IDS.expand));
    expect(rows().toSorted()).toEqual(['no team', 'payment']);
  });

  it('offers no groups where nobody named any', () => {
    render(<Held />);
    expect(screen.queryByTestId(IDS.groups)).toBeNull();
  });

  it('saves what is shown as JSON', async () => {
    const saved: Blob[] = [];
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => {
        saved.push(blob);
        return 'blob:saved';
      },
      revokeObjectURL: () => undefined,
    });
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    render(<Held />);
    fireEvent.click(within(screen.getByTestId(IDS.levels)).getByRole('button', { name: /critical/ }));
    fireEvent.click(screen.getByTestId(IDS.exportJson));
    const document = JSON.parse(await readBlob(saved[0])) as GraphDocument;
    expect(document.nodes.map(({ name }) => name)).toEqual(['orders-db', 'payment']);
  });

  it('shows fifty rows at a time', () => {
    const names = Array.from({ length: 120 }, (_, index) => `s${String(index).padStart(3, '0')}`);
    const graph: ServiceGraph = {
      nodes: names.map((name) => ({ name, kind: 'service' })),
      edges: [],
      generatedAtMs: 0,
    };
    render(<Held graph={graph} services={[]} />);
    expect(rows()).toHaveLength(50);
    fireEvent.click(screen.getAllByRole('button', { name: 'Next' })[0] as HTMLElement);
    expect(rows()[0]).toBe('s050');
  });

  it('shows a single service and an empty graph', () => {
    const { rerender } = render(
      <Held graph={{ nodes: [{ name: 'only', kind: 'service' }], edges: [], generatedAtMs: 0 }} services={[]} />
    );
    expect(rows()).toEqual(['only']);
    rerender(<Held graph={{ nodes: [], edges: [], generatedAtMs: 0 }} services={[]} />);
    expect(rows()).toEqual([]);
  });
});

function readBlob(blob: Blob | undefined): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob ?? new Blob([]));
  });
}
