import { describe, expect, it } from 'vitest';
import { explain, investigate, messagesModel } from '#llm';
import { FakeTools, row } from '../../../src/llm/testing/fake-tools.ts';
import { makeReport } from '../../../src/llm/testing/reports.ts';
import { runOptions } from '../../../src/llm/testing/run-options.ts';

/**
 * A real model, which costs money: only with CAUSEWAY_LLM_LIVE_KEY. CAUSEWAY_LLM_LIVE_URL and CAUSEWAY_LLM_LIVE_MODEL name another
 * server or model than Anthropic's default.
 */
const key = process.env['CAUSEWAY_LLM_LIVE_KEY'];
const baseUrl = process.env['CAUSEWAY_LLM_LIVE_URL'];
const name = process.env['CAUSEWAY_LLM_LIVE_MODEL'] ?? 'claude-sonnet-5-5';

describe.skipIf(!key)('a real model', () => {
  const model = messagesModel({ apiKey: key ?? '', model: name, ...(baseUrl ? { baseUrl } : {}) });
  const tools = new FakeTools({
    queryMetrics: [row({ statement: 'lock waits of orders-db stayed at 0 per second', observed: 0, baseline: 0 })],
  });
  const options = runOptions(model, { tools, limits: { turns: 6, toolCalls: 6, tokens: 60_000, seconds: 120 } });

  it('explains a report', { timeout: 150_000 }, async () => {
    const result = await explain(makeReport(), options);
    expect(result).toMatchObject({ kind: 'written', report: { causes: [{ service: 'orders-db' }] } });
    expect(result.run.spend.usage.estimated).toBe(false);
  });

  it('investigates with tools', { timeout: 150_000 }, async () => {
    const result = await investigate(makeReport(), options);
    expect(result.kind).toBe('written');
    expect(result.run.spend.toolCalls).toBeGreaterThan(0);
  });
});
