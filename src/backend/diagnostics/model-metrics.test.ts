import { describe, expect, it } from 'vitest';
import { toExposition } from './exposition.ts';
import { ModelMetrics, type ModelUse } from './model-metrics.ts';

const use = (change: Partial<ModelUse> = {}): ModelUse => ({
  provider: 'messages-api',
  model: 'small',
  task: 'explain',
  outcome: 'written',
  calls: 1,
  toolCalls: 0,
  tokensIn: 900,
  tokensOut: 150,
  cost: 0.25,
  ...change,
});

describe('metrics of language models', () => {
  it('add up tokens, calls, money and refusals by model', () => {
    const metrics = new ModelMetrics();
    metrics.countUse(use());
    metrics.countUse(use({ task: 'investigate', calls: 3, toolCalls: 2, tokensIn: 100, cost: 0.5 }));
    metrics.countUse(use({ outcome: 'refused', refusedBy: 'month', calls: 0, tokensIn: 0, tokensOut: 0, cost: 0 }));
    const text = toExposition(metrics.render());
    const labels = 'provider="messages-api",model="small"';
    expect(text).toContain(`causeway_llm_tokens_total{${labels},direction="in"} 1000\n`);
    expect(text).toContain(`causeway_llm_tokens_total{${labels},direction="out"} 300\n`);
    expect(text).toContain(`causeway_llm_calls_total{${labels}} 4\n`);
    expect(text).toContain(`causeway_llm_tool_calls_total{${labels}} 2\n`);
    expect(text).toContain(`causeway_llm_cost_total{${labels}} 0.75\n`);
    expect(text).toContain(`causeway_llm_tasks_total{${labels},task="explain",outcome="refused"} 1\n`);
    expect(text).toContain(`causeway_llm_budget_refusals_total{${labels},budget="month"} 1\n`);
  });

  it('say nothing of money where no price is known', () => {
    const metrics = new ModelMetrics();
    metrics.countUse(use({ cost: null }));
    expect(toExposition(metrics.render())).not.toContain('causeway_llm_cost_total');
  });

  it('have no more than so many models, however often the settings change', () => {
    const metrics = new ModelMetrics();
    Array.from({ length: 500 }, (_, at) => metrics.countUse(use({ model: `m${at}` })));
    const calls = metrics.render().find(({ name }) => name === 'causeway_llm_calls_total')?.samples ?? [];
    expect(calls).toHaveLength(21);
    expect(calls.find(({ labels }) => labels?.['model'] === 'other')?.value).toBe(480);
  });

  it('count runs by how they ended', () => {
    const metrics = new ModelMetrics();
    metrics.countRun({ status: 'finished', request: { depth: 'engine' }, origin: 'watch' });
    metrics.countRun({ status: 'finished', request: { depth: 'engine' }, origin: 'watch' });
    expect(toExposition(metrics.render())).toContain(
      'causeway_investigation_runs_total{status="finished",depth="engine",origin="watch"} 2'
    );
  });
});
