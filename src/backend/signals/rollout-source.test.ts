import { describe, expect, it } from 'vitest';
import type { LogLine } from '#model';
import { type LokiClient, TelemetryError } from '#telemetry';
import { datasourceSettingsSchema } from '#contracts';
import { ChangeInbox } from '../changes/change-inbox.ts';
import { ChangeSource } from '../changes/change-source.ts';
import { fakePrometheus } from '../testing/fake-prometheus.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { RolloutSource } from './rollout-source.ts';

const MINUTE = 60_000;
const START = 1_700_000_000_000;

interface Announced {
  readonly atMs: number;
  readonly service: string;
  /** When Loki has stored it. */
  readonly storedMs?: number;
}

function makeSource(announced: readonly Announced[], options: { readonly loki?: boolean } = {}) {
  const clock = manualClock(START);
  const state = { down: false, noCalls: false, realMs: 0, held: Promise.resolve() };
  const reads: { fromMs: number; toMs: number }[] = [];
  const loki = {
    queryLines: async (_: string, { window }: { window: { fromMs: number; toMs: number } }): Promise<LogLine[]> => {
      reads.push(window);
      const { down } = state;
      await state.held;
      if (down) {
        throw new TelemetryError('loki', 'unreachable');
      }
      return announced
        .filter(({ atMs, storedMs = atMs }) => atMs >= window.fromMs && atMs < window.toMs && storedMs <= clock.now())
        .map(({ atMs, service }) => ({
          atMs,
          line: JSON.stringify({ kind: 'deploy', service, summary: `${service} rolled out` }),
          labels: {},
        }));
    },
  } as unknown as LokiClient;
  const signals = {
    readEdges: async () => {
      if (state.noCalls) {
        throw new TelemetryError('prometheus', 'unreachable');
      }
      const nodes = ['web', 'cart'].map((name) => ({ name, kind: 'service' as const }));
      return { nodes, edges: [{ caller: 'web', callee: 'cart', requestsPerSecond: 1 }], gaps: [] };
    },
  };
  const inbox = new ChangeInbox();
  const { client: prometheus } = fakePrometheus();
  const changes = new ChangeSource({
    upstreams: { loki: options.loki === false ? undefined : loki, prometheus, grafana: undefined },
    settings: datasourceSettingsSchema.parse({ prometheus: { url: 'http://p' } }).changes,
    namespace: undefined,
    inbox,
    services: () => new Set(),
  });
  const source = new RolloutSource({
    changes,
    signals: signals as never,
    stepSeconds: 15,
    keepMs: 60 * MINUTE,
    clock,
    realMs: () => state.realMs,
  });
  const disturbed = async () =>
    (await source.current()).windows.map(({ service, fromMs }) => [service, fromMs - START]);
  return { source, clock, state, reads, disturbed, inbox };
}

describe('the rollouts of a datasource', () => {
  it('are read again for a later time when an earlier reading that it met has failed', async () => {
    const { source, clock, state, reads, disturbed } = makeSource([{ atMs: START + MINUTE, service: 'cart' }]);
    let release = (): void => undefined;
    state.held = new Promise((resolve) => (release = resolve));
    state.down = true;
    const earlier = source.current();
    await expect.poll(() => reads.length).toBe(1);
    state.down = false;
    clock.set(START + 2 * MINUTE);
    const later = source.current();
    release();
    expect((await later).gaps).toEqual([]);
    await earlier;
    expect(await disturbed()).toEqual([
      ['cart', MINUTE],
      ['web', MINUTE],
    ]);
  });

  it('disturb a service and what calls it', async () => {
    const { source, disturbed } = makeSource([{ atMs: START - MINUTE, service: 'cart' }]);
    expect(await disturbed()).toEqual([
      ['cart', -MINUTE],
      ['web', -MINUTE],
    ]);
    expect((await source.current()).gaps).toEqual([]);
  });

  it('are read once per instant, then only the newest minutes, late ones included', async () => {
    const late = { atMs: START + MINUTE, storedMs: START + 3 * MINUTE, service: 'web' };
    const { clock, reads, disturbed } = makeSource([{ atMs: START - 30 * MINUTE, service: 'web' }, late]);
    await Promise.all([disturbed(), disturbed()]);
    await disturbed();
    expect(reads).toEqual([{ fromMs: START - 60 * MINUTE, toMs: START + 1 }]);
    clock.set(START + 2 * MINUTE);
    expect(await disturbed()).toEqual([['web', -30 * MINUTE]]);
    clock.set(START + 4 * MINUTE);
    expect(await disturbed()).toEqual([
      ['web', -30 * MINUTE],
      ['web', MINUTE],
    ]);
    expect(reads.at(-1)?.fromMs).toBe(START - 3 * MINUTE);
    clock.set(START + 40 * MINUTE);
    expect(await disturbed()).toEqual([['web', MINUTE]]);
  });

  it.each<[string, number, number]>([
    ['a minute of the datasource', 2 * MINUTE, 0],
    ['a quarter of a minute of real time', MINUTE + 1, 15_000],
  ])('stay known while Loki is away, which is said and tried again after %s', async (_, laterMs, realMs) => {
    const { source, clock, state, reads, disturbed } = makeSource([{ atMs: START - MINUTE, service: 'web' }]);
    await disturbed();
    state.down = true;
    clock.set(START + MINUTE);
    expect(await disturbed()).toEqual([['web', -MINUTE]]);
    expect((await source.current()).gaps[0]).toMatchObject({ source: 'loki:change-events' });
    state.down = false;
    state.realMs = 14_999;
    clock.set(START + MINUTE + 1);
    await disturbed();
    expect(reads).toHaveLength(2);
    state.realMs = realMs;
    clock.set(START + laterMs);
    await disturbed();
    expect((await source.current()).gaps).toEqual([]);
    expect(reads).toHaveLength(3);
  });

  it('disturb only their own service where the calls are not known', async () => {
    const { state, disturbed } = makeSource([{ atMs: START - MINUTE, service: 'cart' }]);
    state.noCalls = true;
    expect(await disturbed()).toEqual([['cart', -MINUTE]]);
  });

  it('are forgotten when the clock goes back', async () => {
    const { clock, disturbed } = makeSource([{ atMs: START - MINUTE, service: 'web' }]);
    await disturbed();
    clock.set(START - 2 * MINUTE);
    expect(await disturbed()).toEqual([]);
  });

  it('are none when nobody announces any', async () => {
    const { source } = makeSource([{ atMs: START - MINUTE, service: 'web' }], { loki: false });
    expect(await source.current()).toEqual({ windows: [], gaps: [] });
  });

  it('are known from every source, each once, and from the others while one is away', async () => {
    const { clock, state, inbox, disturbed } = makeSource([{ atMs: START - MINUTE, service: 'web' }]);
    inbox.add([{ service: 'web', kind: 'deploy', summary: 'web 2', atMs: START - MINUTE + 5000 }], START);
    expect(await disturbed()).toEqual([['web', -MINUTE]]);
    state.down = true;
    clock.set(START + MINUTE);
    inbox.add([{ service: 'web', kind: 'scale', summary: 'web to 5' }], START + MINUTE);
    expect(await disturbed()).toEqual([
      ['web', -MINUTE],
      ['web', MINUTE],
    ]);
  });

  it('of a past range are those that reach into it', async () => {
    const { source } = makeSource([
      { atMs: START - 120 * MINUTE, service: 'cart' },
      { atMs: START - 40 * MINUTE, service: 'web' },
    ]);
    const range = { fromMs: START - 60 * MINUTE, toMs: START };
    expect((await source.during(range, 60)).windows).toMatchObject([{ service: 'web', fromMs: START - 40 * MINUTE }]);
  });
});
