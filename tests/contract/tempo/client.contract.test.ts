import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Span } from '#model';
import { createTempoClient, type TempoClient } from '../../../src/telemetry/index.ts';
import { createReplyReader } from '../../../src/telemetry/reply.ts';
import { parseTrace } from '../../../src/telemetry/tempo/parse-trace.ts';
import { serveSilence } from '../exchanges.ts';
import { ODD_NAME, ODD_OPERATION, contractSpans, traceIdOf } from './contract-spans.ts';
import { tempoConditions, tempoQuestions } from './questions.ts';
import { tempoContenders, type TempoTarget } from './targets.ts';

const byId = (spans: readonly Span[]): readonly Span[] =>
  [...spans].sort((a, b) => (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0));

describe.each(tempoContenders())('what is asked of Tempo: $name', ({ kind, open }) => {
  let target: TempoTarget;
  let tempo: TempoClient;
  let found: Awaited<ReturnType<typeof tempoQuestions.conditions>>;

  beforeAll(async () => {
    target = await open();
    tempo = createTempoClient({ url: target.url, timeoutSeconds: 20 });
    found = await tempoQuestions.conditions(tempo, target);
  }, 240_000);
  afterAll(() => target.stop());

  const ask = <Name extends keyof typeof tempoQuestions>(name: Name) =>
    tempoQuestions[name](tempo, target) as ReturnType<(typeof tempoQuestions)[Name]>;
  const spansOf = (index: number): readonly Span[] =>
    contractSpans(target).filter(({ traceId }) => traceId === traceIdOf(target, index));

  it.each(tempoConditions.map(([name, , traces]) => [name, traces] as const))('finds %s', (name, traces) => {
    const ids = found.get(name)?.map(({ traceId }) => traceId) ?? [];
    expect([...ids].sort()).toEqual(traces.map((index) => traceIdOf(target, index)));
  });

  it('gives what a list of traces shows, longest first', () => {
    const traces = found.get('a service') ?? [];
    expect(traces[0]).toMatchObject({
      traceId: traceIdOf(target, 1),
      rootService: `${target.prefix}gateway`,
      rootName: 'GET /checkout',
      startMs: target.baseMs + 1001,
    });
    expect(traces[0]?.durationSeconds).toBeCloseTo(2.5, 2);
    expect(traces.slice(1).map(({ durationSeconds }) => durationSeconds)).toEqual([0.05, 0.05, 0.05]);
    expect(found.get('a service with an odd name')).toMatchObject([
      { rootService: `${target.prefix}${ODD_NAME}`, rootName: ODD_OPERATION, durationSeconds: 0 },
    ]);
  });

  it('keeps to the limit and to the window', async () => {
    expect(await ask('limited')).toHaveLength(2);
    expect(await ask('elsewhen')).toEqual([]);
  });

  it('does not find a name with characters that are not written into queries', async () => {
    expect(await ask('oddOperation')).toEqual([]);
  });

  it('gives every span of a trace once, with its attributes', async () => {
    const { spans, dropped } = await ask('trace');
    expect(dropped).toBe(0);
    expect(byId(spans)).toEqual(byId(spansOf(1)));
    expect(spans).toHaveLength(4);
    expect((await ask('traceWithoutZeros')).spans.map(({ traceId }) => traceId)).toEqual(
      Array.from({ length: 4 }, () => traceIdOf(target, 2))
    );
    expect((await ask('oddTrace')).spans).toMatchObject([
      { service: `${target.prefix}${ODD_NAME}`, name: ODD_OPERATION, durationSeconds: 0.0004 },
    ]);
  });

  it('gives slow traces of a service with their spans', async () => {
    const slow = await ask('slow');
    expect(slow.map(({ traceId, spans }) => [traceId, spans.length])).toEqual([[traceIdOf(target, 1), 4]]);
  });

  it('gives the graph that its traces show', async () => {
    const { edges } = await ask('topology');
    const pairs = edges.map(({ caller, callee }) => [caller, callee].map((name) => name.replace(target.prefix, '')));
    expect(pairs).toEqual(expect.arrayContaining([['gateway', 'order']]));
    expect(pairs.filter(([caller]) => caller === 'order')).toHaveLength(1);
  });

  it('tells its version', async () => {
    expect(await ask('buildInfo')).toHaveProperty('version');
  });

  it('knows when there is no such trace', async () => {
    await expect(ask('unknownTrace')).rejects.toMatchObject({ code: 'CAUSEWAY_TEMPO_NOT_FOUND' });
  });

  it.each([
    ['syntax', /pars|syntax/, /BAD_QUERY$/],
    ['tooLong', /168h|exceeds/, /BAD_QUERY$/],
    // Tempo 2.4 finds these out only where it searches, and takes them for errors of its own.
    ['types', /types? must match|same type/, /(?:BAD_QUERY|SERVER_ERROR)$/],
    ['pattern', /parsing regexp|invalid/, /(?:BAD_QUERY|SERVER_ERROR)$/],
  ] as const)('refuses %s and says why', async (name, reason, code) => {
    await expect(ask(name)).rejects.toMatchObject({
      code: expect.stringMatching(code) as unknown,
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it.skipIf(kind === 'recorded')('gives the same trace in both versions of its API', async () => {
    const reader = createReplyReader('tempo', 'server');
    const read = async (path: string): Promise<readonly Span[] | undefined> => {
      const reply = await fetch(`${target.url}${path}/${traceIdOf(target, 1)}`, {
        headers: { accept: 'application/json' },
      });
      const text = await reply.text();
      return reply.ok ? byId(parseTrace(JSON.parse(text), reader).spans) : undefined;
    };
    const first = await read('/api/traces');
    const second = await read('/api/v2/traces');
    expect(first).toHaveLength(4);
    expect(second ?? first).toEqual(first);
  });

  it('that does not answer in time is an error of its own, after which others are answered', async () => {
    const silence = await serveSilence();
    const slow = createTempoClient({ url: silence.url, timeoutSeconds: 0.2 });
    await expect(tempoQuestions.slow(slow, target)).rejects.toMatchObject({ code: 'CAUSEWAY_TEMPO_TIMEOUT' });
    await silence.stop();
    expect(await ask('limited')).toHaveLength(2);
  });
});
