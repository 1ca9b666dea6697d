import { describe, expect, it } from 'vitest';
import type { ExecutionRecord, IncidentRecord, PlanRecord, RunbookEntry } from '#contracts';
import type { ToolLimits } from '#llm';
import type { LogLine, RcaReport, ServiceGraph, Span, TimeSeries } from '#model';
import { TelemetryError } from '#telemetry';
import { ReadingTools, type ToolSources } from './reading-tools.ts';

const WINDOW = { fromMs: 2_000_000, toMs: 3_200_000 };
const BASELINE = { fromMs: 0, toMs: 2_000_000 };
const limits = (change: Partial<ToolLimits> = {}): ToolLimits => ({
  rows: 20,
  bytes: 100_000,
  signal: new AbortController().signal,
  ...change,
});
const report = {
  target: { service: 'gateway', symptom: 'latency' },
  window: WINDOW,
  baseline: BASELINE,
  hypotheses: [
    {
      service: 'orders-db',
      rank: 1,
      cause: 'slow-query',
      confidence: 0.9,
      score: 2,
      contributions: [{ feature: 'own', value: 2, weight: 0.5, evidence: [] }],
    },
  ],
  ruledOut: [{ service: 'payment', reason: 'its callee explains it' }],
  evidence: [],
} as unknown as RcaReport;
const graph: ServiceGraph = {
  nodes: ['gateway', 'payment', 'orders-db'].map((name) => ({ name, kind: 'service' })),
  edges: [
    { caller: 'gateway', callee: 'payment', kind: 'http', lastSeenMs: 1, requestsPerSecond: 10 },
    { caller: 'payment', callee: 'orders-db', kind: 'database', lastSeenMs: 1, requestsPerSecond: 5, errorRatio: 0.25 },
  ],
  generatedAtMs: 1,
};

const series = (service: string, ...values: number[]): TimeSeries => ({
  labels: { service },
  timesMs: values.map((_, at) => at * 1000),
  values,
});
const away = new TelemetryError('prometheus', 'timeout', { host: 'prom' });

function toolsOver(upstreams: object, more: object = {}, ledger?: ConstructorParameters<typeof ReadingTools>[2]) {
  const sources = {
    upstreams: { loki: undefined, tempo: undefined, executor: undefined, ...upstreams },
    changes: { read: async () => ({ changes: [], gaps: [] }) },
    assess: async () => ({ judgement: { graph }, gaps: [], graphError: undefined }),
    ...more,
  } as unknown as ToolSources;
  return new ReadingTools(sources, { report, incidentId: 'CURRENT' }, ledger);
}

describe('queries of metrics', () => {
  const prometheus = (now: readonly TimeSeries[], before: readonly TimeSeries[] | Error, count = 2) => {
    const asked: { startMs: number; endMs: number; stepSeconds: number }[] = [];
    return {
      asked,
      query: async () => ({ samples: [{ value: count }] }),
      queryRange: async (_: string, range: (typeof asked)[number]) => {
        asked.push(range);
        const answer = range.startMs === BASELINE.fromMs ? before : now;
        if (answer instanceof Error) {
          throw answer;
        }
        return { series: answer };
      },
    };
  };

  it('give each series beside what was usual, most changed first, in a bounded number of points', async () => {
    const source = prometheus(
      [series('calm', 1, 1, 1), series('cart', 1, 2, 9)],
      [series('cart', 1, 1, 2), series('calm', 1)]
    );
    const { rows, leftOut } = await toolsOver({ prometheus: source }).queryMetrics(
      { query: 'x', window: WINDOW, stepSeconds: 5 },
      limits()
    );
    expect(rows).toMatchObject([
      { source: 'metric', service: 'cart', observed: 9, baseline: 1, atMs: 2000 },
      { service: 'calm', observed: 1, baseline: 1 },
    ]);
    expect(rows[0]?.statement).toBe('service="cart": newest 9, median 2, from 1 to 9; median before the incident 1');
    expect(leftOut).toBe(0);
    for (const { startMs, endMs, stepSeconds } of source.asked) {
      expect((endMs - startMs) / 1000 / stepSeconds).toBeLessThanOrEqual(480);
    }
  });

  it('say nothing of a baseline that cannot be read, and nothing of series without values', async () => {
    const source = prometheus([series('cart', 3), series('gone', Number.NaN)], away);
    const { rows } = await toolsOver({ prometheus: source }).queryMetrics({ query: 'x', window: WINDOW }, limits());
    expect(rows).toHaveLength(1);
    expect(rows[0]).not.toHaveProperty('baseline');
  });

  it('do not read what has too many series, and pass on that a source is away', async () => {
    const many = prometheus([], [], 5000);
    await expect(
      toolsOver({ prometheus: many }).queryMetrics({ query: 'x', window: WINDOW }, limits())
    ).rejects.toThrow(/5000 series; at most 200/);
    expect(many.asked).toEqual([]);
    const down = { ...prometheus([], []), query: () => Promise.reject(away) };
    await expect(
      toolsOver({ prometheus: down }).queryMetrics({ query: 'x', window: WINDOW }, limits())
    ).rejects.toThrow(away.message);
  });

  it('run where the count of series is no question that fits, such as for a number', async () => {
    const badQuery = new TelemetryError('prometheus', 'bad-query', { host: 'prom' });
    const source = { ...prometheus([series('', 5)], []), query: () => Promise.reject(badQuery) };
    const { rows } = await toolsOver({ prometheus: source }).queryMetrics(
      { query: 'time()', window: WINDOW },
      limits()
    );
    expect(rows).toHaveLength(1);
  });

  it('are cut to the rows and bytes that are allowed', async () => {
    const source = prometheus(
      ['a', 'b', 'c', 'd'].map((name, at) => series(name, at + 1)),
      []
    );
    const tools = toolsOver({ prometheus: source });
    const byRows = await tools.queryMetrics({ query: 'x', window: WINDOW }, limits({ rows: 3 }));
    expect([byRows.rows.length, byRows.leftOut]).toEqual([3, 1]);
    const byBytes = await tools.queryMetrics({ query: 'x', window: WINDOW }, limits({ bytes: 70 }));
    expect([byBytes.rows.length, byBytes.leftOut]).toEqual([1, 3]);
  });
});

describe('logs and traces', () => {
  const line = (text: string, atMs = 1): LogLine => ({ atMs, labels: { service_name: 'cart' }, line: text });

  it('are lines in short, what looks bad first', async () => {
    const asked: number[] = [];
    const loki = {
      queryLines: async (_: string, { limit }: { limit: number }) => {
        asked.push(limit);
        return [line('served 17 in 3 ms'), line('served 18 in 4 ms'), line('connection refused by 10.0.0.1', 5)];
      },
    };
    const { rows } = await toolsOver({ loki }).searchLogs({ query: '{a="b"}', window: WINDOW }, limits());
    expect(rows).toMatchObject([
      { source: 'log', service: 'cart', observed: 1, atMs: 5, statement: expect.stringContaining('refused') as string },
      { observed: 2, statement: '2 of 3 lines like: served 17 in 3 ms' },
    ]);
    expect(asked).toEqual([400]);
  });

  it('are counts where the query counts', async () => {
    const loki = { queryRange: async () => ({ series: [series('cart', 4)] }) };
    const query = 'sum by (service) (count_over_time({a="b"}[5m]))';
    const { rows } = await toolsOver({ loki }).searchLogs({ query, window: WINDOW }, limits());
    expect(rows).toMatchObject([{ source: 'log', service: 'cart', observed: 4 }]);
  });

  it('show where the time of a trace went', async () => {
    const span = (spanId: string, service: string, durationSeconds: number, parentSpanId?: string): Span => ({
      traceId: 't',
      spanId,
      service,
      name: 'call',
      kind: 'SERVER',
      startMs: 0,
      durationSeconds,
      failed: false,
      attributes: {},
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
    });
    const spans = [span('1', 'gateway', 3), span('2', 'payment', 2.9, '1'), span('3', 'orders-db', 2.5, '2')];
    const tempo = { trace: async () => ({ spans, dropped: 1 }), search: async () => [] };
    const { rows } = await toolsOver({ tempo }).readTrace({ traceId: 'ab' }, limits());
    expect(rows.map(({ statement }) => statement)).toEqual([
      'the trace has 3 spans over 3 s; 1 spans could not be read',
      'orders-db call (SERVER) took 2.5 s, 2.5 s of it by itself, called by payment',
      'payment call (SERVER) took 2.9 s, 0.4 s of it by itself, called by gateway',
      'gateway call (SERVER) took 3 s, 0.1 s of it by itself',
    ]);
    expect(
      (await toolsOver({ tempo }).searchTraces({ query: '{status=error}', window: WINDOW }, limits())).rows
    ).toEqual([]);
  });

  it.each([
    ['searchLogs', 'Loki'],
    ['searchTraces', 'Tempo'],
  ] as const)('%s says that %s is not configured', async (method, name) => {
    await expect(toolsOver({})[method]({ query: '{a="b"}', window: WINDOW }, limits())).rejects.toThrow(
      `${name} is not`
    );
  });
});

describe('what is known already', () => {
  it('is the graph around a service, and who suffers from it', async () => {
    const tools = toolsOver({});
    expect((await tools.topology({ service: 'payment' }, limits())).rows.map(({ statement }) => statement)).toEqual([
      'gateway calls payment (http): 10 requests/s',
      'payment calls orders-db (database): 5 requests/s, 25 % errors',
    ]);
    expect((await tools.blastRadius({ service: 'orders-db' }, limits())).rows).toMatchObject([
      { service: 'payment' },
      { service: 'gateway' },
    ]);
    await expect(tools.topology({ service: 'nobody' }, limits())).rejects.toThrow(/not in the graph/);
    const failing = { assess: async () => ({ judgement: { graph }, gaps: [], graphError: away }) };
    await expect(toolsOver({}, failing).topology({ service: 'payment' }, limits())).rejects.toBe(away);
  });

  it('is the ranking, and effects where they were estimated', async () => {
    const { rows } = await toolsOver({}).ranking(limits());
    expect(rows.map(({ statement }) => statement)).toEqual([
      'rank 1: orders-db, slow-query, confidence 90 %; score 2 made of own 1',
      'ruled out payment: its callee explains it',
    ]);
    await expect(toolsOver({}).effects(limits())).rejects.toThrow(/no effects/);
  });

  it('is what changed, and a gap is no silence', async () => {
    const changes = [
      { atMs: 1, kind: 'deploy', service: 'cart', summary: 'v1' },
      { atMs: 2, kind: 'deploy', service: 'cart', summary: 'v2' },
      { atMs: 3, kind: 'flag', service: 'other', summary: 'on' },
    ];
    const read = toolsOver({}, { changes: { read: async () => ({ changes, gaps: [] }) } });
    const { rows } = await read.changes({ window: WINDOW, service: 'cart' }, limits());
    expect(rows.map(({ statement }) => statement)).toEqual(['deploy of cart: v2', 'deploy of cart: v1']);
    const gap = { read: async () => ({ changes: [], gaps: [{ source: 'loki', reason: 'away' }] }) };
    await expect(toolsOver({}, { changes: gap }).changes({ window: WINDOW }, limits())).rejects.toThrow('loki: away');
  });
});

describe('runbooks and past incidents', () => {
  const entry = (name: string, recovered: number) =>
    ({
      name,
      title: `Do ${name}`,
      risk: 'low',
      approval: 'required',
      missingActions: [],
      steps: [{ title: 'Restart it' }],
      triggers: ['cause = slow-query'],
      executions: { total: 4, recovered },
    }) as unknown as RunbookEntry;

  it('are those that fit the words, what helped first', async () => {
    const ledger = { listRunbooks: async () => [entry('one', 1), entry('two', 3), entry('three', 2)] };
    const { rows } = await toolsOver({}, {}, ledger).runbooks({ text: 'T slow-query' }, limits());
    expect(rows.map(({ statement }) => statement.slice(0, 16))).toEqual([
      'runbook two (Do ',
      'runbook three (D',
      'runbook one (Do ',
    ]);
    expect((await toolsOver({}, {}, ledger).runbooks({ text: 'three' }, limits())).rows).toHaveLength(1);
    await expect(toolsOver({}).runbooks({}, limits())).rejects.toThrow('The executor is not configured');
  });

  it('are incidents of the same cause, with what was done', async () => {
    const incident = (id: string, service: string, cause: string) =>
      ({
        id,
        service: 'gateway',
        symptom: 'latency',
        onsetMs: 60_000,
        resolvedMs: 660_000,
        report: { hypotheses: [{ service, cause }], verdict: 'CONFIRMED', summary: '' },
      }) as unknown as IncidentRecord;
    const executor = {
      listResolvedIncidents: async () => [
        incident('CURRENT', 'orders-db', 'slow-query'),
        incident('A', 'cache', 'overload'),
        incident('B', 'orders-db', 'slow-query'),
      ],
      listExecutions: async (id: string) =>
        (id === 'B' ? [{ planId: 'P', outcome: 'recovered' }] : []) as unknown as ExecutionRecord[],
      listPlans: async () =>
        [{ id: 'P', action: 'create-index', target: { name: 'orders-db' } }] as unknown as PlanRecord[],
    };
    const { rows } = await toolsOver({ executor }).similarIncidents({}, limits());
    expect(rows.map(({ statement }) => statement)).toEqual([
      'past incident of gateway (latency): the cause was orders-db (slow-query, CONFIRMED); over after 10 min; done: create-index of orders-db: recovered',
      'past incident of gateway (latency): the cause was cache (overload, CONFIRMED); over after 10 min; nothing was done through Causeway',
    ]);
  });
});
