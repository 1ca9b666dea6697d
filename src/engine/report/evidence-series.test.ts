import { describe, expect, it } from 'vitest';
import { analyse } from '../analyse.ts';
import { FAULTS } from '../testing/scenarios.ts';
import { simulate } from '../testing/synthetic-system.ts';

const byName = FAULTS.map((fault) => [fault.name, fault] as const);

describe('series of a report', () => {
  it.each(byName)('of %s: causes first, the target last, as they were measured', (_, fault) => {
    const input = simulate(fault);
    const { series = [], hypotheses, concurrent, window } = analyse(input);
    const causes = hypotheses.slice(0, concurrent).map(({ service }) => service);
    expect([...new Set(series.filter(({ role }) => role === 'cause').map(({ service }) => service))].sort()).toEqual(
      [...causes].sort()
    );
    const roles = series.map(({ role }) => ['cause', 'path', 'target'].indexOf(role));
    expect(roles).toEqual(roles.toSorted());
    const isOwnCause = causes.includes(input.target.service);
    expect(series.at(-1)).toMatchObject({ role: isOwnCause ? 'cause' : 'target', service: input.target.service });
    expect(series.length).toBeLessThanOrEqual(8);
    for (const { timesMs, values, usual, signal, service, onsetMs } of series) {
      expect(timesMs).toHaveLength(values.length);
      expect(timesMs.length).toBeLessThanOrEqual(240);
      expect(timesMs.at(-1)).toBeLessThan(window.toMs);
      expect(usual.low).toBeLessThanOrEqual(usual.median);
      expect(usual.high).toBeGreaterThanOrEqual(usual.median);
      expect(onsetMs === undefined || timesMs.includes(onsetMs)).toBe(true);
      const sources = input.signals.filter(
        (item) => item.kind === signal && [item.service, item.peer].includes(service)
      );
      const last = timesMs.at(-1) ?? 0;
      const measured = sources.map((item) => item.series.values[item.series.timesMs.indexOf(last)] ?? NaN);
      expect(
        measured.some((value) => Math.abs(value / (values.at(-1) ?? NaN) - 1) < 1e-4 || value === values.at(-1))
      ).toBe(true);
    }
  });

  it('keeps what is missing missing', () => {
    const input = simulate(FAULTS[0]!);
    const hole = input.onsetMs + 30_000;
    const signals = input.signals.map((signal) => ({
      ...signal,
      series: {
        ...signal.series,
        values: signal.series.values.map((value, i) => (signal.series.timesMs[i] === hole ? NaN : value)),
      },
    }));
    const { series = [] } = analyse({ ...input, signals });
    for (const { timesMs, values } of series) {
      expect(values[timesMs.indexOf(hole)]).toBeNull();
    }
    expect(series.length).toBeGreaterThan(1);
  });

  it('warns of services of which little is known', () => {
    const input = simulate(FAULTS[0]!);
    const coverage = (score: number) => ({
      score,
      present: [],
      missing: [],
      singleSourcePeers: [],
      unconfirmedPeers: [],
      reasons: ['Not known: CPU.'],
    });
    const nodes = input.graph.nodes.map((node) => ({
      ...node,
      coverage: coverage(node.name === 'orders-db' || node.name === 'search' ? 0.4 : 0.95),
    }));
    const report = analyse({ ...input, graph: { ...input.graph, nodes } });
    expect(report.coverage).toEqual([{ service: 'orders-db', score: 0.4, reasons: ['Not known: CPU.'] }]);
    expect(analyse(input).verdict).toBe('CONFIRMED');
    expect(report).toMatchObject({
      verdict: 'LIKELY',
      verdictReasons: ['Only 40 % of what orders-db should show is known.'],
    });
  });
});
