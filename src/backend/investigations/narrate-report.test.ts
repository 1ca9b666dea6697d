import { describe, expect, it } from 'vitest';
import type { RcaReport } from '#model';
import { parseSettings } from '../settings/parse-settings.ts';
import { narrateReport } from './narrate-report.ts';

const report = {
  target: { service: 'payment', symptom: 'latency' },
  window: { fromMs: 1_700_000_000_000, toMs: 1_700_000_600_000 },
  baseline: { fromMs: 1_699_990_000_000, toMs: 1_700_000_000_000 },
  onsetMs: 1_700_000_060_000,
  decision: 'root-cause',
  verdict: 'LIKELY',
  summary: 'payment is slow [1].',
  gaps: [],
  concurrent: 0,
  hypotheses: [],
  ruledOut: [],
  victims: [],
  changes: [],
  proposals: [],
  verdictReasons: [],
  evidence: [{ number: 1, source: 'metric', service: 'payment', statement: 'payment is slow.' }],
  narrator: 'engine',
  narrative: 'payment is slow [1].',
} as unknown as RcaReport;

const settings = (llm: object) => parseSettings(JSON.stringify({ prometheus: { url: 'http://p' }, llm }));

describe('wording by a language model', () => {
  it('is not asked for unless it is switched on', async () => {
    const given = { settings: settings({}), secrets: {}, clock: { now: () => 0 } };
    const narrated = await narrateReport(report, given, new AbortController().signal);
    expect(narrated).toEqual({ report, problem: undefined });
  });

  it.each([
    ['without a key', {}, {}],
    ['at an address where nobody answers', { baseUrl: 'http://127.0.0.1:9', timeoutSeconds: 5 }, { llmApiKey: 'k' }],
  ])('leaves the report as it is %s, and says why', async (_case, llm, secrets) => {
    const given = { settings: settings({ enabled: true, ...llm }), secrets, clock: { now: () => 0 } };
    const narrated = await narrateReport(report, given, new AbortController().signal);
    expect(narrated.report).toBe(report);
    expect(narrated.problem).toMatchObject({ source: 'llm', code: expect.stringMatching(/^CAUSEWAY_LLM_/) as string });
  });
});
