import { describe, expect, it } from 'vitest';
import { type AnomaliesAnswer, CONTRIBUTION_COLUMNS, type DetectorsAnswer, type FeaturesAnswer } from '#contracts';
import { HOUR, nowMs, range, startSession } from './plugin-session.ts';

const session = startSession();

describe('detection', () => {
  const read = async <Answer>(path: string) => {
    const { body, code } = await session.client.fetchResource(session.settings(), {
      path: path.split('?')[0] ?? '',
      query: path.split('?')[1] ?? '',
    });
    return { code, answer: JSON.parse(body) as Answer };
  };

  it('answers anomalies over time, unknown where nothing could be judged', async () => {
    const { answer } = await read<AnomaliesAnswer>(`anomalies?from=${range.fromMs}&to=${range.toMs}&cells=12`);
    expect(answer.cellSeconds).toBe(300);
    expect(answer.rows.map(({ service }) => service)).toEqual(['checkout', 'gateway', 'orders-db', 'payment']);
    expect(answer.rows.every(({ cells }) => cells.length === 12 && cells[11]?.level === 'normal')).toBe(true);
    expect(answer.checks.length).toBeGreaterThan(0);
    expect(answer.quality.every(({ service }) => service !== '')).toBe(true);
    const before = await read<AnomaliesAnswer>(`anomalies?from=${nowMs - 9 * HOUR}&to=${nowMs - 8 * HOUR}&cells=2`);
    expect(before.answer.rows.every(({ cells }) => cells.length === 2)).toBe(true);
  });

  it('says that Prometheus is gone, and shows no row', async () => {
    session.upstream.mode = 'error';
    const { answer } = await read<AnomaliesAnswer>('anomalies');
    expect(answer).toMatchObject({ rows: [], services: [], problems: [{ source: 'prometheus' }] });
    const features = await read<FeaturesAnswer>('features');
    expect(features.answer).toMatchObject({ features: [], problems: [{ source: 'prometheus' }] });
  });

  it('tells what judges a service, and from which value on it warns', async () => {
    const { answer } = await read<DetectorsAnswer>('detectors?service=payment');
    const latency = answer.signals.find(({ signalId }) => signalId.startsWith('payment/latency'));
    expect(latency).toMatchObject({
      kind: 'latency',
      unit: 'seconds',
      tier: 'full',
      highest: 'critical',
      threshold: { above: expect.any(Number), below: null },
    });
    expect(latency?.threshold?.above).toBeGreaterThan(0.05);
    expect(latency?.historySeconds).toBeGreaterThan(3 * 3600);
    const load = answer.signals.find(({ kind }) => kind === 'request-rate');
    const both = { above: expect.any(Number), below: expect.any(Number) };
    expect(load).toMatchObject({ highest: 'normal', threshold: both });
    expect(answer.model.state).not.toBe('');
    expect((await read('detectors?service=nobody')).code).toBe(404);
    expect((await read('detectors')).code).toBe(400);
    expect((await read('anomalies?cells=0')).code).toBe(400);
    expect((await read<FeaturesAnswer>('features')).answer.atMs).toBeGreaterThan(0);
  });

  it('tells contributions and data quality per service', async () => {
    const query = (refId: string, queryType: string) => ({ refId, json: { queryType }, ...range });
    const { A, B } = await session.client.queryData(session.settings(), [
      query('A', 'contributions'),
      query('B', 'data-quality'),
    ]);
    expect(A!.frames[0]!.fields.map(({ name }) => name)).toEqual([...CONTRIBUTION_COLUMNS]);
    const [service, kind, , share] = A!.frames[0]!.fields.map(({ values }) => values);
    const ofPayment = (share as number[]).filter((_, i) => service?.[i] === 'payment' && kind?.[i] === 'detector');
    expect(ofPayment.length).toBeGreaterThan(2);
    // Nothing to share out when nothing is strange.
    expect([0, 1]).toContain(Number(ofPayment.reduce((sum, value) => sum + value, 0).toFixed(6)));
    expect(B!.frames.map(({ fields }) => [fields[0]?.name, fields[0]?.values[0]])).toEqual(
      B!.frames.map(() => ['failed_share', 0])
    );
  });
});
