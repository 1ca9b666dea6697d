import React from 'react';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Evidence } from '#model';
import { NOW_MS } from '../testing/records.ts';
import { TEST_IDS } from '../test-ids.ts';
import { ImpactTable } from './ImpactTable.tsx';
import { LogPatterns } from './LogPatterns.tsx';
import { TracePaths } from './TracePaths.tsx';
import { WorkloadStates } from './WorkloadStates.tsx';

const { rca } = TEST_IDS;
afterEach(cleanup);

const item = (detail: NonNullable<Evidence['detail']>): Evidence => ({
  number: 4,
  source: 'log',
  service: 'order',
  statement: 'It is strange.',
  detail,
});
const textOf = (testId: string) => screen.getByTestId(testId).textContent ?? '';

describe('log patterns', () => {
  const lines = ['<img src=x onerror=alert(1)>', 'two', 'three'].map((text) => ({ atMs: NOW_MS, text }));
  const pattern = {
    kind: 'log-samples',
    template: 'failed <NUM>',
    count: 3,
    usualCount: null,
    isNew: true,
    lines,
  } as const;

  it('are shown as text, with the number that is usual where it is known, and more lines folded', () => {
    render(<LogPatterns evidence={[item(pattern)]} />);
    expect(textOf(rca.logPatterns)).toMatch(/New.*order.*3 lines, usual number not known.*failed <NUM>/);
    expect(textOf(rca.logPatterns)).toContain('<img src=x onerror=alert(1)>');
    expect(screen.queryByRole('img')).toBeNull();
    expect(screen.getByText('1 more line').closest('details')?.open).toBe(false);
    cleanup();
    render(<LogPatterns evidence={[item({ ...pattern, usualCount: 0, isNew: false, lines: [] })]} />);
    expect(textOf(rca.logPatterns)).toMatch(/Changed.*usually none.*No line was kept as a sample\./);
  });
});

describe('traces', () => {
  const path = [
    { service: 'order', operation: 'POST', startMs: 0, selfMs: 100, usualSelfMs: 90, isFailed: false },
    { service: 'orders-db', operation: 'SELECT', startMs: 100, selfMs: 900, usualSelfMs: null, isFailed: true },
  ];
  const trace = { kind: 'trace-path', traceId: 'abc', durationMs: 1000, usualMs: 95, comparedWith: 6, path } as const;

  it('have what they waited for beside what is usual', () => {
    render(<TracePaths evidence={[item(trace)]} linkFor={() => undefined} />);
    expect(textOf(rca.tracePaths)).toContain('took 1 s, usual 95 ms (median of 6 good traces)');
    const [, first, second] = screen.getAllByRole('row').map(({ textContent }) => textContent);
    expect(first).toBe('order POST100 ms90 ms');
    expect(second).toBe('orders-db SELECT failed900 msnot seen in good traces');
  });

  it('say so where there is nothing to compare with', () => {
    render(<TracePaths evidence={[item({ ...trace, usualMs: null, comparedWith: 0 })]} linkFor={() => undefined} />);
    expect(textOf(rca.tracePaths)).toContain('no good trace to compare with');
    expect(screen.queryByRole('link')).toBeNull();
  });
});

describe('workloads', () => {
  it('show what is not known as that', () => {
    const pods = [{ name: 'order-1', phase: '', isReady: null, restarts: null, reason: 'OOMKilled' }];
    const events = [{ atMs: NOW_MS, reason: 'BackOff', message: 'restarting' }];
    render(<WorkloadStates evidence={[item({ kind: 'workload-state', pods, events })]} />);
    expect(screen.getAllByRole('row')[1]?.textContent).toBe('order-1not knownnot knownnot knownOOMKilled');
    expect(textOf(rca.workloads)).toContain('BackOff restarting');
  });
});

describe('impact', () => {
  const impact = [
    { name: 'Revenue', value: 80, usual: null, unit: 'USD/min', lost: null, evidence: 7 },
    { name: 'Orders', value: null, usual: 12, unit: 'orders/min', lost: 34, evidence: 8 },
  ];

  it('is counted where it can be, in the unit without its time', () => {
    render(<ImpactTable impact={impact} hasCause />);
    const [, revenue, orders] = screen.getAllByRole('row').map(({ textContent }) => textContent);
    expect(revenue).toBe('Revenue80 USD/minnot measurednot counted[7]');
    expect(orders).toBe('Ordersnot measured12 orders/min34 orders[8]');
  });

  it('is no loss without a cause', () => {
    render(<ImpactTable impact={impact} hasCause={false} />);
    expect(textOf(rca.impact)).not.toContain('34 orders');
  });
});
