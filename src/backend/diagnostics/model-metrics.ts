import type { MetricFamily, Sample } from './metrics.ts';

/** What one task of a language model used, and how it ended. */
export interface ModelUse {
  readonly provider: string;
  /** As the settings name it: a server may call itself anything. */
  readonly model: string;
  readonly task: 'explain' | 'investigate' | 'ask';
  readonly outcome: 'written' | 'answered' | 'rejected' | 'refused' | 'failed';
  readonly calls: number;
  readonly toolCalls: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Null where no price is known. */
  readonly cost: number | null;
  /** Which budget refused it. */
  readonly refusedBy?: 'incident' | 'month';
}

/** What a run was when it ended. */
export interface EndedRun {
  readonly status: string;
  readonly request: { readonly depth: string };
  readonly origin: string;
}

/** More names than a deployment has: the rest counts as `other`. */
const MAX_MODELS = 20;
const MAX_NAME = 100;

type Labels = Readonly<Record<string, string>>;

/** A sum for each set of labels. */
class Counter {
  private readonly sums = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels, value: number): void {
    const key = JSON.stringify(labels);
    const sum = this.sums.get(key) ?? { labels, value: 0 };
    sum.value += Number.isFinite(value) ? Math.max(0, value) : 0;
    this.sums.set(key, sum);
  }

  get samples(): readonly Sample[] {
    return [...this.sums.values()].map(({ labels, value }) => ({ labels, value }));
  }
}

/** Counts what language models cost and how investigations end. All labels come from short lists, models from the settings. */
export class ModelMetrics {
  private readonly models = new Set<string>();
  private readonly tokens = new Counter();
  private readonly calls = new Counter();
  private readonly toolCalls = new Counter();
  private readonly cost = new Counter();
  private readonly tasks = new Counter();
  private readonly refusals = new Counter();
  private readonly runs = new Counter();

  countUse(use: ModelUse): void {
    const labels = { provider: use.provider, model: this.nameOf(use.model) };
    this.tokens.add({ ...labels, direction: 'in' }, use.tokensIn);
    this.tokens.add({ ...labels, direction: 'out' }, use.tokensOut);
    this.calls.add(labels, use.calls);
    this.toolCalls.add(labels, use.toolCalls);
    if (use.cost !== null) {
      this.cost.add(labels, use.cost);
    }
    this.tasks.add({ ...labels, task: use.task, outcome: use.outcome }, 1);
    if (use.refusedBy) {
      this.refusals.add({ ...labels, budget: use.refusedBy }, 1);
    }
  }

  countRun({ status, request, origin }: EndedRun): void {
    this.runs.add({ status, depth: request.depth, origin }, 1);
  }

  render(): readonly MetricFamily[] {
    const family = (name: string, help: string, counter: Counter): MetricFamily => ({
      name: `causeway_${name}_total`,
      help,
      type: 'counter',
      samples: counter.samples,
    });
    return [
      family('llm_tokens', 'Tokens that language models read (in) and wrote (out), cached ones included.', this.tokens),
      family('llm_calls', 'Requests to language models.', this.calls),
      family('llm_tool_calls', 'Tools that language models asked for.', this.toolCalls),
      family('llm_cost', 'Money by the prices of the settings. Absent where no price is known.', this.cost),
      family('llm_tasks', 'Tasks of language models by how they ended.', this.tasks),
      family('llm_budget_refusals', 'Tasks that were not begun since a budget is used up.', this.refusals),
      family('investigation_runs', 'Investigations that ended.', this.runs),
    ];
  }

  private nameOf(model: string): string {
    const name = model.slice(0, MAX_NAME);
    if (!this.models.has(name) && this.models.size >= MAX_MODELS) {
      return 'other';
    }
    this.models.add(name);
    return name;
  }
}
