import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runEventSchema, type RunRequest } from '#contracts';
import type { RcaReport } from '#model';
import {
  message,
  type MessagesServer,
  sendStream,
  startMessagesServer,
  toolMessage,
} from '../../../tests/support/llm/messages-server.ts';
import type { Datasource } from '../datasource/datasource.ts';
import type { ModelUse } from '../diagnostics/model-metrics.ts';
import type { ModelEvent } from '../investigations/runs/perform-run.ts';
import { parseSettings } from '../settings/parse-settings.ts';
import { usedInMemory } from './budgets.ts';
import { toModelUse } from './model-use.ts';
import { createRunInvestigator } from './run-investigator.ts';

const T = Date.UTC(2026, 2, 1, 10);
const iso = (ms: number) => new Date(ms).toISOString();
const report = {
  target: { service: 'payment', symptom: 'latency' },
  window: { fromMs: T, toMs: T + 600_000 },
  baseline: { fromMs: T - 600_000, toMs: T },
  onsetMs: T + 60_000,
  decision: 'root-cause',
  verdict: 'CONFIRMED',
  verdictReasons: [],
  summary: 'payment is slow [1].',
  gaps: [],
  concurrent: 1,
  hypotheses: [
    { service: 'orders-db', rank: 1, cause: 'slow-query', confidence: 0.9, signals: [], path: [], evidence: [1] },
  ],
  ruledOut: [],
  victims: [],
  changes: [],
  proposals: [],
  evidence: [{ number: 1, source: 'metric', service: 'payment', statement: 'payment is slow.' }],
  narrator: 'engine',
  narrative: 'payment is slow [1].',
} as unknown as RcaReport;

let model: MessagesServer;
beforeAll(async () => {
  model = await startMessagesServer();
});
afterAll(() => model.close());

async function run(depth: RunRequest['depth'], llm: object, incidentId: string | null = null) {
  const events: ModelEvent[] = [];
  const uses: ModelUse[] = [];
  const datasource = {
    settings: parseSettings(JSON.stringify({ prometheus: { url: 'http://p' }, llm: { baseUrl: model.url, ...llm } })),
    secrets: { llmApiKey: 'k' },
    clock: { now: () => T + 900_000 },
    upstreams: {
      prometheus: {
        query: async () => ({ samples: [] }),
        queryRange: async () => ({ series: [{ labels: { service: 'orders-db' }, timesMs: [T], values: [7] }] }),
      },
    },
  } as unknown as Datasource;
  const investigator = createRunInvestigator((source, task, outcome) => uses.push(toModelUse(source, task, outcome)));
  const answer = await investigator({
    datasource,
    request: { service: 'payment', window: report.window, depth },
    report,
    incidentId,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  });
  return { answer, events, uses };
}

/** Events that a run would not keep. */
const notKept = (events: readonly ModelEvent[]): readonly ModelEvent[] =>
  events.filter((event) => !runEventSchema.safeParse({ ...event, seq: 1, atMs: T, elapsedMs: 0 }).success);

const WRITTEN = {
  root_cause: [{ text: 'The payment service is slow.', cites: [1] }],
  causes: [{ service: 'orders-db', confidence: 0.3, cites: [2] }],
  impact: [],
  remediation: [],
  confidence: 0.3,
  unknown: [],
};

describe('the language model in a run', () => {
  it('says that it is off, and is not connected to', async () => {
    model.behave((response) => response.end());
    const { answer, events, uses } = await run('investigate', { enabled: false });
    expect(answer).toBeUndefined();
    expect(uses).toEqual([]);
    expect(events).toMatchObject([{ type: 'note', text: expect.stringMatching(/none is configured/) as string }]);
    expect(model.seen).toEqual([]);
  });

  it('looks further, and tells what it found, thinks and costs', async () => {
    const input = { query: 'x', from: iso(T), to: iso(T + 600_000) };
    model.behave((response, call) =>
      sendStream(
        response,
        call === 1 ? toolMessage({ name: 'query_metrics', input }) : message(JSON.stringify(WRITTEN))
      )
    );
    const { answer, events, uses } = await run('investigate', { enabled: true });
    expect(answer).toMatchObject({ verdict: 'LIKELY', reasons: [expect.stringMatching(/30 %/)] });
    expect(answer?.narrative).toContain('The payment service is slow');
    expect(events.find(({ type }) => type === 'evidence')).toMatchObject({
      id: 'e2',
      service: 'orders-db',
      value: 7,
      baseline: 7,
      link: { kind: 'explore', source: 'prometheus', query: 'x' },
    });
    expect(events.find(({ type }) => type === 'hypothesis')).toMatchObject({
      service: 'orders-db',
      cause: 'slow-query',
      evidence: ['e2'],
      by: 'model',
    });
    expect(events.find(({ type }) => type === 'cost')).toMatchObject({ cost: { modelCalls: 2, money: null } });
    expect(uses).toMatchObject([{ task: 'investigate', outcome: 'written', calls: 2, toolCalls: 1, cost: null }]);
  });

  it('keeps exactly what it sent first, and what it wrote with what was cut', async () => {
    const doubtful = { text: 'The latency of the payment service is 777 s.', cites: [1] };
    const open = { text: 'The payment service may be slow.', check: 'Look at the payment service.', cites: [1] };
    model.behave((response) =>
      sendStream(response, message(JSON.stringify({ ...WRITTEN, causes: [], impact: [doubtful], unknown: [open] })))
    );
    const { events } = await run('explain', { enabled: true });
    const sent = events.find((event) => event.type === 'sent');
    expect(sent).toMatchObject({ provider: 'messages-api', hidden: {}, withheld: [] });
    const { stream: _stream, ...seen } = model.seen[0]?.body ?? {};
    const { stream: _given, ...kept } = JSON.parse(sent?.body ?? '') as Record<string, unknown>;
    expect(kept).toEqual(seen);
    expect(events.map(({ type }) => type).filter((type) => type !== 'note')).toEqual(['sent', 'cost', 'written']);
    expect(events.find(({ type }) => type === 'written')).toMatchObject({
      rootCause: [{ text: 'The payment service is slow.', cites: [1] }],
      impact: [],
      unknown: [{ check: 'Look at the payment service.', cites: [1] }],
      confidence: 0.3,
      contradictions: [{ about: 'no-cause' }, { about: 'confidence' }],
      cut: [{ part: 'impact', reason: 'unknown-number' }],
    });
    expect(notKept(events)).toEqual([]);
  });

  it('counts against the budget of the incident, and says when that is used up', async () => {
    const usage = { input_tokens: 4000, output_tokens: 900 };
    model.behave((response) => sendStream(response, message(JSON.stringify({ ...WRITTEN, causes: [] }), { usage })));
    const llm = { enabled: true, budgets: { perIncident: { tokens: 8000 } } };
    await run('explain', llm, 'INCIDENT-A');
    expect(usedInMemory('INCIDENT-A', T).usedForIncident.tokens).toBe(4900);
    expect(usedInMemory('INCIDENT-B', T).usedForIncident.tokens).toBe(0);
    const { events, uses } = await run('explain', llm, 'INCIDENT-A');
    expect(uses).toMatchObject([{ outcome: 'refused', refusedBy: 'incident', calls: 0 }]);
    expect(events.find(({ type }) => type === 'sent')).toBeUndefined();
  });

  it('words the report in one call where the run asks for no more', async () => {
    model.behave((response) =>
      sendStream(response, message(JSON.stringify({ ...WRITTEN, causes: [], confidence: 0.9 })))
    );
    const { answer, events } = await run('explain', { enabled: true });
    expect(answer).toMatchObject({ verdict: 'CONFIRMED', reasons: [] });
    expect(model.seen).toHaveLength(1);
    expect(model.seen[0]?.body.tools ?? []).toEqual([]);
    expect(events.find(({ type }) => type === 'evidence')).toBeUndefined();
  });

  it.each([
    ['an answer that is none', { enabled: true }, 'no report', 'note', /was not used/],
    ['a used-up budget', { enabled: true, budgets: { perMonth: { tokens: 1000 } } }, '', 'note', /was not asked/],
    ['a pattern that cannot be used', { enabled: true, privatePatterns: ['(a+'] }, '', 'error', undefined],
  ])('leaves the report as it is with %s', async (_, llm, text, type, words) => {
    model.behave((response) => sendStream(response, message(text)));
    const { answer, events } = await run('explain', llm);
    expect(answer).toBeUndefined();
    const told = events.filter((event) => event.type === type);
    expect(JSON.stringify(told)).toMatch(words ?? /CAUSEWAY_LLM_BAD_SETTINGS/);
  });
});
