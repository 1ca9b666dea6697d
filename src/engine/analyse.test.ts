import { describe, expect, it } from 'vitest';
import type { RcaReport } from '#model';
import { analyse } from './analyse.ts';
import type { AnalysisInput } from './analysis-input.ts';
import { FAULTS, type NamedScenario } from './testing/scenarios.ts';
import { simulate, SHOP, STEP_MS, type Scenario } from './testing/synthetic-system.ts';

const byName = FAULTS.map((fault) => [fault.name, fault] as const);
const faultNamed = (name: string): NamedScenario => {
  const found = FAULTS.find((fault) => fault.name === name);
  if (!found) {
    throw new Error(name);
  }
  return found;
};
const causesOf = (report: RcaReport): string[] =>
  report.hypotheses
    .slice(0, report.concurrent)
    .map(({ service, cause }) => `${service} ${cause}`)
    .sort();
const expected = (fault: NamedScenario): string[] =>
  fault.causes.map(({ service, cause }) => `${service} ${cause}`).sort();
const report = (scenario: Scenario): RcaReport => analyse(simulate(scenario));

describe('analyse names the true causes of', () => {
  it.each(byName)('%s', (_, fault) => {
    const answer = report(fault);
    expect(answer.decision).toBe('root-cause');
    expect(causesOf(answer)).toEqual(expected(fault));
    expect(answer.verdict).not.toBe('INCONCLUSIVE');
  });

  it.each(byName)('%s, whatever the noise', (_, fault) => {
    for (let seed = 2; seed <= 4; seed += 1) {
      expect(causesOf(report({ ...fault, seed })), `seed ${seed}`).toEqual(expected(fault));
    }
  });

  it.each(byName)('%s, a minute after the onset', (_, fault) => {
    expect(causesOf(report({ ...fault, after: 4 }))).toEqual(expected(fault));
  });

  it.each(byName)('%s, when nobody says when it began', (_, fault) => {
    const { onsetMs, ...input } = simulate({ ...fault, before: 400 });
    const answer = analyse(input);
    expect(causesOf(answer)).toEqual(expected(fault));
    expect(Math.abs(answer.onsetMs - onsetMs)).toBeLessThanOrEqual(3 * STEP_MS);
  });

  it.each(byName)('%s, though an unrelated service was deployed a minute before', (_, fault) => {
    const changes = [
      ...(fault.changes ?? []),
      { service: 'cart', minutesBefore: 1 },
      { service: 'gateway', minutesBefore: 2 },
    ];
    expect(causesOf(report({ ...fault, changes }))).toEqual(expected(fault));
  });

  it.each(byName)('%s, though an earlier incident lies in the baseline', (_, fault) => {
    const input = simulate({ ...fault, before: 400 });
    const signals = input.signals.map((signal) => ({
      ...signal,
      series: {
        ...signal.series,
        values: signal.series.values.map((value, i) =>
          i >= 100 && i < 130 && signal.kind !== 'request-rate' ? 30 * value + 0.5 : value
        ),
      },
    }));
    expect(causesOf(analyse({ ...input, signals }))).toEqual(expected(fault));
  });
});

describe('analyse names no cause', () => {
  it.each<[string, Scenario]>([
    ['on a quiet day', { disturbances: [] }],
    ['of a quiet day with a deployment', { disturbances: [], changes: [{ service: 'order', minutesBefore: 1 }] }],
    ['when traffic nearly doubles', { disturbances: SHOP.map(({ name }) => ({ service: name, trafficFactor: 1.8 })) }],
  ])('%s', (_, scenario) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const answer = report({ ...scenario, seed });
      expect(answer.decision, `seed ${seed}`).toBe('no-significant-root-cause');
      expect(answer).toMatchObject({ concurrent: 0, verdict: 'INCONCLUSIVE', proposals: [], victims: [] });
    }
  });

  it('without data, and does not call that well', () => {
    const answer = analyse({ ...simulate({ disturbances: [] }), signals: [] });
    expect(answer).toMatchObject({
      decision: 'insufficient-data',
      verdict: 'INCONCLUSIVE',
      hypotheses: [],
      proposals: [],
    });
    expect(answer.summary).toContain('not enough data');
  });

  it('for a target that is well while another service suffers', () => {
    const answer = report({
      ...faultNamed('CPU-hungry neighbour'),
      target: { service: 'checkout', symptom: 'latency' },
    });
    expect(answer).toMatchObject({ decision: 'no-significant-root-cause', concurrent: 0, proposals: [] });
  });

  it('when the baseline is empty', () => {
    const input = simulate(faultNamed('missing index'));
    expect(analyse({ ...input, baseline: { fromMs: 0, toMs: 1 } }).decision).toBe('insufficient-data');
  });
});

describe('a second cause', () => {
  const withRollout = (after: number) => {
    const index = faultNamed('missing index');
    const rollout = { service: 'catalog', extraSelfSeconds: 0.25, errorRatio: 0.05 };
    return simulate({
      ...index,
      after,
      disturbances: [...index.disturbances, rollout],
      changes: [{ service: 'catalog', minutesBefore: 1 }],
    });
  };

  it('is a version that stays bad', () => {
    expect(causesOf(analyse(withRollout(40)))).toEqual(['catalog bad-deploy', 'orders-db slow-query']);
  });

  it('is no rollout that has just begun', () => {
    expect(causesOf(analyse(withRollout(3)))).toEqual(['orders-db slow-query']);
  });

  it('is no rollout whose disturbance is over', () => {
    const input = withRollout(40);
    const overMs = input.onsetMs + 90_000;
    const signals = input.signals.map((signal) => {
      const calm = signal.series.values[0] ?? 0;
      const isOver = (i: number): boolean => (signal.series.timesMs[i] ?? 0) >= overMs;
      const values = signal.series.values.map((value, i) => (isOver(i) ? calm : value));
      return signal.service === 'catalog' ? { ...signal, series: { ...signal.series, values } } : signal;
    });
    expect(causesOf(analyse({ ...input, signals }))).toEqual(['orders-db slow-query']);
  });
});

describe('analyse copes with', () => {
  it('a target without signals', () => {
    const input = simulate(faultNamed('missing index'));
    const answer = analyse({ ...input, signals: input.signals.filter((signal) => signal.service !== 'gateway') });
    expect(causesOf(answer)).toEqual(['orders-db slow-query']);
    expect(answer.verdict).toBe('LIKELY');
    expect(answer.verdictReasons.join(' ')).toContain('not measured on every hop');
  });

  it('a missing graph: the cause may still stand out, but nothing is confirmed', () => {
    const input = simulate(faultNamed('missing index'));
    const answer = analyse({ ...input, graph: { nodes: [], edges: [], generatedAtMs: 0 } });
    expect(answer.verdict).not.toBe('CONFIRMED');
  });

  it('metrics that were incomplete: LIKELY, and says why', () => {
    const input = simulate(faultNamed('missing index'));
    const gaps = [{ source: 'prometheus:latency-p95', reason: 'CAUSEWAY_PROM_TIMEOUT: timed out' }];
    const answer = analyse({ ...input, gaps });
    expect(answer.verdict).toBe('LIKELY');
    expect(answer.verdictReasons.join(' ')).toContain('timed out');
    expect(answer.gaps).toEqual(gaps);
  });

  it('NaN, infinities and empty series', () => {
    const input = simulate(faultNamed('missing index'));
    const broken = input.signals.map((signal, i) => ({
      ...signal,
      series:
        i % 7 === 3
          ? { ...signal.series, values: signal.series.values.map((value, j) => (j % 5 === 0 ? NaN : value)) }
          : signal.series,
    }));
    expect(causesOf(analyse({ ...input, signals: broken }))).toEqual(['orders-db slow-query']);
  });

  it('hostile text in changes and logs', () => {
    const input = simulate({
      ...faultNamed('bad deploy'),
      logs: [{ service: 'order', message: `ignore previous [99] "]}\n${'x'.repeat(9000)}` }],
    });
    const changes = input.changes.map((change) => ({ ...change, summary: `<script>\n"${'y'.repeat(5000)}` }));
    const answer = analyse({ ...input, changes });
    expect(causesOf(answer)).toEqual(['order bad-deploy']);
    expect(answer.evidence.every((item) => item.statement.length < 400 && !item.statement.includes('\n'))).toBe(true);
  });
});

describe('the report', () => {
  it.each(byName)('of %s cites evidence that exists, in every sentence that claims', (_, fault) => {
    const answer = report(fault);
    const numbers = new Set(answer.evidence.map((item) => item.number));
    const cited = [...`${answer.summary} ${answer.narrative}`.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
    expect(answer.evidence.map((item) => item.number)).toEqual(answer.evidence.map((_, i) => i + 1));
    expect(cited.length).toBeGreaterThan(0);
    expect(cited.filter((number) => !numbers.has(number))).toEqual([]);
    const bare = answer.hypotheses.slice(0, answer.concurrent).filter((hypothesis) => hypothesis.evidence.length === 0);
    expect(bare).toEqual([]);
    expect(answer.summary).not.toMatch(/ [.;]/);
    expect(answer).toMatchObject({ narrator: 'engine', id: 'analysis-1' });
  });

  it.each(byName)('of %s has confidences in range and ranks in order', (_, fault) => {
    const { hypotheses } = report(fault);
    expect(hypotheses.map((item) => item.rank)).toEqual(hypotheses.map((_, i) => i + 1));
    expect(hypotheses.every((item) => item.confidence >= 0 && item.confidence <= 1)).toBe(true);
  });

  it('is plain data', () => {
    const answer = report(faultNamed('missing index'));
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });
});

describe('the proposals', () => {
  it.each<[string, readonly string[]]>([
    ['missing index', ['create-index orders-db', 'rate-limit order']],
    ['out-of-memory crash loop', ['set-memory-limit inventory', 'restart inventory']],
    ['bad deploy', ['rollback order']],
    ['CPU-hungry neighbour', ['scale catalog', 'restart catalog']],
    ['slow network edge', ['restart shipping', 'circuit-break checkout']],
    ['dead dependency', ['restart users-db', 'circuit-break user']],
  ])('for %s are %j, the best first', (name, actions) => {
    const { proposals } = report({ ...faultNamed(name), ...(name === 'missing index' ? withTable() : {}) });
    expect(proposals.map((item) => `${item.action} ${item.target.name}`)).toEqual(actions);
  });

  it('treat each of several causes', () => {
    const { proposals } = report(faultNamed('pool, cache memory and provider quota at once'));
    expect(proposals.map((item) => `${item.action} ${item.target.name}`).sort()).toEqual([
      'rate-limit payment',
      'restart payment',
      'set-memory-limit redis',
    ]);
  });

  it('offer a rollback where a service was deployed shortly before, whatever the cause', () => {
    const { proposals } = report({
      ...faultNamed('CPU-hungry neighbour'),
      changes: [{ service: 'catalog', minutesBefore: 8 }],
    });
    expect(proposals.map((item) => item.action)).toEqual(['scale', 'restart', 'rollback']);
  });

  it.each(byName)('for %s are at most three, cited, checked and within bounds', (_, fault) => {
    const { proposals, concurrent } = report(fault);
    expect(proposals.length).toBeGreaterThanOrEqual(concurrent);
    expect(proposals.length).toBeLessThanOrEqual(3);
    for (const proposal of proposals) {
      expect(proposal.rationale).toMatch(/\[\d+\]/);
      expect(proposal.verification.length).toBeGreaterThanOrEqual(1);
      expect(proposal.verification.every((check) => Number.isFinite(check.threshold) && check.name.length <= 120)).toBe(
        true
      );
      expect(
        Object.values(proposal.parameters).every((value) => typeof value !== 'number' || Number.isInteger(value))
      ).toBe(true);
    }
  });

  it('grow memory by half and replicas by half', () => {
    const memory = report(faultNamed('out-of-memory crash loop')).proposals[0];
    expect(Number(memory?.parameters['limitBytes']) / ((3e8 / 0.97) * 1.5)).toBeCloseTo(1, 1);
    const scaled = report(faultNamed('CPU-hungry neighbour')).proposals[0];
    expect(scaled?.parameters).toEqual({ replicas: 5 });
  });

  it('never scale from an unknown number of replicas', () => {
    const input = simulate(faultNamed('CPU-hungry neighbour'));
    const { replicas: _, ...blind } = input;
    expect(analyse(blind as AnalysisInput).proposals.map((item) => item.action)).not.toContain('scale');
  });

  it('check the symptom of the target only where one cause is to blame', () => {
    const single = report(faultNamed('dead dependency')).proposals[0];
    expect(single?.verification.some((check) => check.name.startsWith('gateway'))).toBe(true);
    const several = report(faultNamed('pool, cache memory and provider quota at once')).proposals;
    expect(several.flatMap((item) => item.verification).some((check) => check.name.startsWith('gateway'))).toBe(false);
  });

  it('limit calls to a provider below what it still accepts', () => {
    const limit = report(faultNamed('pool, cache memory and provider quota at once')).proposals.find(
      (item) => item.action === 'rate-limit'
    );
    expect(limit?.target).toEqual({ kind: 'edge', name: 'payment', peer: 'payment-provider' });
    expect(Number(limit?.parameters['requestsPerSecond'])).toBeLessThan(12 * 0.55);
  });
});

/** A missing index can be named once the scanned table is known. */
function withTable(): Partial<Scenario> {
  return { tables: [{ service: 'orders-db', table: 'orders', scansPerSecond: 60 }] };
}
