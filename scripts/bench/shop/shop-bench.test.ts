import { describe, expect, it } from 'vitest';
import type { ServiceAnomaly } from '#model';
import { BenchError } from '../packs/bench-error.ts';
import { parseShopArguments } from './arguments.ts';
import { demoSettings } from './demo-settings.ts';
import { ScoreHistory } from './episodes.ts';
import { shopGates, summariseQuiet } from './summary.ts';
import { affectedBy, type FaultResult, judgeTicks } from './tasks.ts';

const ONSET_MS = 1_000_000;

/** Services with a score each; null: unknown. The surprisal lies where the score map has it. */
function services(scores: Readonly<Record<string, number | null>>): readonly ServiceAnomaly[] {
  return Object.entries(scores).map(([service, score]) => ({
    service,
    atMs: 0,
    reading:
      score === null
        ? { kind: 'unknown', why: 'no-data' }
        : {
            kind: 'scored',
            score,
            surprisal: score <= 0.7 ? (score / 0.7) * 3 : 3 + (score - 0.7) / 0.1,
            direction: 'above',
            expected: { lower: 0, centre: 0, upper: 0 },
          },
    signals: [{ signalId: `${service}/latency`, kind: 'latency', reading: { kind: 'unknown', why: 'no-data' } }],
  }));
}

const tick = (seconds: number, scores: Readonly<Record<string, number | null>>, incidents: readonly string[] = []) => ({
  atMs: ONSET_MS + seconds * 1000,
  services: services(scores),
  incidents,
  problems: [],
});

describe('judgeTicks', () => {
  it('tells when each level was reached first, and by what', () => {
    const ticks = [tick(15, { a: 0.1, b: 0.75 }), tick(30, { a: 0.85, b: 0.75 }, ['a']), tick(45, { a: 0.6, b: 0.95 })];
    expect(judgeTicks({ services: services({ a: 0, b: 0 }) }, ticks, ONSET_MS)).toEqual({
      warningAfterSeconds: 15,
      alertAfterSeconds: 30,
      criticalAfterSeconds: 45,
      incidentAfterSeconds: 30,
      by: 'a/latency',
      peakScore: 0.95,
      peakBy: 'b/latency',
      alertedBefore: [],
      alertedElsewhere: [],
      problems: [],
    });
  });

  it('gives no credit for a service that alerted before, nor for an unknown one', () => {
    const found = judgeTicks({ services: services({ a: 0.9, b: 0 }) }, [tick(15, { a: 0.99, b: null })], ONSET_MS);
    expect(found).toMatchObject({ warningAfterSeconds: null, alertAfterSeconds: null, peakScore: 0, by: '' });
    expect(found.alertedBefore).toEqual(['a']);
  });
});

describe('where a fault can be seen', () => {
  const calls = [
    { caller: 'gateway', callee: 'checkout' },
    { caller: 'checkout', callee: 'order' },
    { caller: 'order', callee: 'orders-db' },
    { caller: 'gateway', callee: 'search' },
  ];

  it('is at its causes and at whoever calls them', () => {
    expect([...affectedBy(['order'], calls)].sort()).toEqual(['checkout', 'gateway', 'order']);
  });

  it('gives no credit for an alarm elsewhere, and names it', () => {
    const ticks = [tick(15, { order: 0.1, search: 0.95 }), tick(60, { order: 0.92, search: 0.95 })];
    const before = { services: services({ order: 0, search: 0 }) };
    expect(judgeTicks(before, ticks, ONSET_MS, affectedBy(['order'], calls))).toMatchObject({
      alertAfterSeconds: 60,
      by: 'order/latency',
      peakScore: 0.92,
      alertedElsewhere: ['search'],
    });
  });
});

describe('quiet days', () => {
  const history = (scores: readonly (number | null)[]) => {
    const found = new ScoreHistory();
    scores.forEach((score) => found.push(services({ a: score })));
    return found.summarise();
  };
  const day = (scores: readonly (number | null)[]) =>
    summariseQuiet({ seed: 1, hours: 24, services: history(scores), problems: [] });

  it('count one excursion once, and every red step', () => {
    expect(day([0, 0.72, 0.75, 0.92, 0.91, 0, 0, 0, 0, 0])).toMatchObject({
      yellow: 1,
      yellowPerServiceDay: 1,
      redSteps: 2,
      unknownShare: 0,
      peakScore: 0.92,
      loudest: [{ service: 'a', peakSignal: 'a/latency' }],
    });
  });

  it('show how much was unknown', () => {
    expect(day([null, 0, null, 0])).toMatchObject({ yellow: 0, redSteps: 0, unknownShare: 0.5, loudest: [] });
  });

  it('count a service that came later as unknown before', () => {
    const found = new ScoreHistory();
    found.push(services({ a: 0 }));
    found.push(services({ a: 0, b: 0 }));
    expect(found.summarise()).toMatchObject([
      { service: 'a', unknownSteps: 0 },
      { service: 'b', steps: 2, unknownSteps: 1 },
    ]);
  });
});

describe('gates', () => {
  const fault = (change: Partial<FaultResult>): FaultResult => ({
    seed: 1,
    fault: 'slow-edge',
    isFault: true,
    warningAfterSeconds: 30,
    alertAfterSeconds: 45,
    criticalAfterSeconds: null,
    incidentAfterSeconds: null,
    by: '',
    peakScore: 0.85,
    peakBy: '',
    alertedBefore: [],
    alertedElsewhere: [],
    problems: [],
    ...change,
  });
  const passed = (faults: readonly FaultResult[]) => shopGates([], faults).map(({ pass }) => pass);

  it.each([
    ['all in time', [fault({}), fault({ fault: 'missing-index', peakScore: 0.95 })], [true, true]],
    ['one too late', [fault({ alertAfterSeconds: 315 })], [false]],
    ['one never', [fault({ alertAfterSeconds: null })], [false]],
    ['a weak reference', [fault({ fault: 'missing-index', peakScore: 0.9 })], [true, false]],
    ['a red surge', [fault({ isFault: false, criticalAfterSeconds: 60 })], [false]],
    ['a calm surge', [fault({ isFault: false, alertAfterSeconds: null })], [true]],
  ] as const)('%s', (_case, faults, expected) => {
    expect(passed(faults)).toEqual(expected);
  });
});

describe('arguments', () => {
  it('have the documented defaults, without the control case', () => {
    const { seeds, hours, faults } = parseShopArguments([]);
    expect({ seeds, hours }).toEqual({ seeds: [1, 2, 3, 4, 5], hours: 24 });
    expect(faults).toContain('missing-index');
    expect(faults).not.toContain('nothing');
  });

  it.each([[['--seeds', 'x']], [['--hours', '-1']], [['--faults', 'no-such']], [['--what']]])('refuse %j', (args) => {
    expect(() => parseShopArguments(args)).toThrow(BenchError);
  });
});

describe('the settings of the demo', () => {
  it('are accepted by the backend, without an executor', () => {
    const settings = demoSettings('http://127.0.0.1:1');
    expect(settings.prometheus.url).toContain('127.0.0.1:1');
    expect(settings.executor).toBeUndefined();
    expect(settings.watch.enabled).toBe(true);
  });
});
