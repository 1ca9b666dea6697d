import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogLine } from '#model';
import { createLokiClient, type LokiClient } from '../../../src/telemetry/index.ts';
import { serveSilence } from '../exchanges.ts';
import { ODD_LINE, ODD_SERVICE, contractLines } from './contract-lines.ts';
import { accessLogQuestions, lokiQuestions, manyLinesQuestions, metadataQuestions } from './questions.ts';
import { MANY_LINES, lokiContenders, type LokiTarget } from './targets.ts';

const textsOf = (lines: readonly LogLine[]): readonly string[] => lines.map(({ line }) => line);

describe.each(lokiContenders())('what is asked of Loki: $name', ({ kind, open }) => {
  let target: LokiTarget;
  let loki: LokiClient;

  beforeAll(async () => {
    target = await open();
    loki = createLokiClient({ url: target.url, timeoutSeconds: 20 });
  }, 120_000);
  afterAll(() => target.stop());

  const ask = <Name extends keyof typeof lokiQuestions>(name: Name) =>
    lokiQuestions[name](loki, target) as ReturnType<(typeof lokiQuestions)[Name]>;

  it('gives all lines in order of time with their labels', async () => {
    const wanted = contractLines(target).filter(({ labels }) => labels['service_name'] === 'order');
    const lines = await ask('lines');
    expect(textsOf(lines)).toEqual(textsOf(wanted));
    expect(lines.map(({ atMs }) => atMs)).toEqual(wanted.map(({ atMs }) => atMs));
    for (const [index, { labels }] of lines.entries()) {
      expect(labels).toMatchObject(wanted[index]!.labels);
    }
  });

  it('keeps to a window that begins with its start and ends before its end', async () => {
    expect(textsOf(await ask('halfOpen'))).toEqual(['order 1', 'order 2']);
  });

  it('keeps to the limit, from the end that was asked for', async () => {
    expect(textsOf(await ask('newest'))).toEqual(['order 57', 'order 58', 'order 59']);
    expect(textsOf(await ask('oldest'))).toEqual(['order 0', 'order 1', 'order 2']);
  });

  it('gives the lines of one instant, and none where there are none', async () => {
    expect([...textsOf(await ask('sameInstant'))].sort()).toEqual([0, 1, 2, 3, 4, 5].map((index) => `burst ${index}`));
    expect(await ask('nothing')).toEqual([]);
  });

  it('takes any name and gives any text unchanged', async () => {
    const lines = await ask('oddService');
    expect(textsOf(lines)).toEqual([ODD_LINE, ' ']);
    expect(lines[0]?.labels['service_name']).toBe(ODD_SERVICE);
    expect(textsOf(await ask('oddErrors'))).toEqual([ODD_LINE, ' ']);
    expect(textsOf(await ask('oddText'))).toEqual([ODD_LINE]);
  });

  it('gives whole windows of several services, and says how much a sample left out', async () => {
    const full = await ask('full');
    expect(full.gaps).toEqual([]);
    expect(full.services.map(({ service, total, lines }) => [service, total, lines.length])).toEqual([
      [ODD_SERVICE, 2, 2],
      ['burst', 6, 6],
      ['order', 60, 60],
    ]);
    const sampled = await ask('sampled');
    const order = sampled.services.find(({ service }) => service === 'order');
    expect(order?.lines).toHaveLength(12);
    expect(order?.total).toBeGreaterThanOrEqual(59);
    expect(order?.total).toBeLessThanOrEqual(61);
    expect(sampled.gaps.map(({ source }) => source)).toEqual(['loki:lines:order']);
  });

  it('counts errors by service, with zero where nothing failed', async () => {
    const { signals, gaps } = await ask('errorSignals');
    const totals = new Map(
      signals.map(({ service, series }) => [service, series.values.reduce((sum, value) => sum + value, 0)])
    );
    const guessed = target.guessesLevels ? 0 : undefined;
    expect(gaps.flatMap(({ reason }) => reason.includes('nginx'))).toEqual(guessed === undefined ? [true] : []);
    expect(totals.get('order')).toBe(6);
    expect(totals.get('burst')).toBe(0);
    expect(totals.get(ODD_SERVICE)).toBe(2);
    expect(totals.has('changes')).toBe(false);
    expect(totals.get('nginx')).toBe(guessed);
    expect(totals.get('otel')).toBe(target.takesMetadata && target.detectsLevels ? 3 : guessed);
  });

  it('gives change events', async () => {
    const { changes, gaps } = await ask('changes');
    expect(changes).toMatchObject([{ kind: 'deploy', service: 'order', version: '2', previousVersion: '1' }]);
    expect(gaps).toMatchObject([{ source: 'loki:change-events' }]);
  });

  it('counts at one instant and over a range', async () => {
    expect((await ask('instant')).series).toMatchObject([{ values: [60] }]);
    const { series, warnings } = await ask('range');
    expect(warnings).toEqual([]);
    const byLevel = new Map(series.map(({ labels, values }) => [labels['level'], values]));
    expect(byLevel.get('info')).toEqual([11, 11, 11, 11, 10]);
    expect(byLevel.get('error')).toEqual([1, 1, 1, 1, 2]);
  });

  it('tells its version', async () => {
    expect((await ask('buildInfo')).version).toMatch(/\d+\.\d+/);
  });

  it.each([
    ['badQuery', 'BAD_QUERY', /parse error|syntax error/],
    ['emptyMatcher', 'BAD_QUERY', /at least one/],
    ['linesAsMetric', 'BAD_REPLY', /streams/],
    ['tooManyPoints', 'BAD_QUERY', /11,000 points/],
    ['tooLong', 'BAD_QUERY', /30d1h/],
  ] as const)('refuses %s with %s and its reason', async (name, code, reason) => {
    await expect(ask(name)).rejects.toMatchObject({
      code: `CAUSEWAY_LOKI_${code}`,
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it.skipIf(kind === 'store')('takes access logs apart', async () => {
    const { slices, gaps } = await accessLogQuestions.found(loki, target);
    expect(gaps).toEqual([]);
    expect(slices.map(({ id, owners }) => [id, [...owners.values()].sort()])).toEqual([
      ['combined', ['web-0', 'web-1']],
    ]);
    const features = new Map(await accessLogQuestions.features(loki, target));
    const valuesOf = (name: string) =>
      features.get(name as never)?.series.map(({ labels, values }) => [labels['host'], ...values]);
    expect(valuesOf('error_rate_5xx')).toEqual([
      ['web-0', 0.2, 0],
      ['web-1', 0.2, 0.2],
    ]);
    expect(valuesOf('unique_ips_per_min')).toEqual([
      ['web-0', 2, 2],
      ['web-1', 2, 2],
    ]);
    expect(valuesOf('avg_response_size')?.[0]).toEqual(['web-0', 106, 115]);
  });

  it('finds levels that only structured metadata hold', async ({ skip }) => {
    skip(!target.takesMetadata, 'it takes no structured metadata');
    const lines = await metadataQuestions.lines(loki, target);
    expect(lines).toHaveLength(12);
    expect(lines[0]?.labels).toMatchObject({ severity_text: 'INFO', trace_id: '0'.padStart(32, 'b') });
    skip(!target.detectsLevels, 'it does not look for levels');
    const errors = await metadataQuestions.errors(loki, target);
    expect(textsOf(errors)).toEqual(Array.from({ length: 3 }, () => 'could not charge the card'));
  });

  it.skipIf(kind === 'recorded')('is read page by page where one answer does not hold the lines', async () => {
    const { services, gaps } = await manyLinesQuestions.all(loki, target);
    expect(gaps).toEqual([]);
    expect(services.map(({ service, lines }) => [service, lines.length])).toEqual([['chatty', MANY_LINES]]);
    expect(new Set(services.flatMap(({ lines }) => textsOf(lines))).size).toBe(MANY_LINES);
  });

  it.skipIf(kind !== 'live')('refuses an answer of too many series, or says that it is cut', async () => {
    const said = await manyLinesQuestions.tooManySeries(loki, target).then(
      ({ warnings }) => warnings.join(),
      (error: unknown) => String(error)
    );
    expect(said).toMatch(/series/);
  });

  it('that does not answer in time is an error of its own, after which others are answered', async () => {
    const silence = await serveSilence();
    const slow = createLokiClient({ url: silence.url, timeoutSeconds: 0.2 });
    await expect(lokiQuestions.lines(slow, target)).rejects.toMatchObject({ code: 'CAUSEWAY_LOKI_TIMEOUT' });
    await silence.stop();
    expect(await ask('newest')).toHaveLength(3);
  });
});
