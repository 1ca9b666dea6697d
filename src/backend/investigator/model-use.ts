import type { QuestionOutcome, ReportOutcome } from '#llm';
import type { Datasource } from '../datasource/datasource.ts';
import type { ModelUse } from '../diagnostics/model-metrics.ts';

/** What a task used, for the metrics. */
export function toModelUse(
  { settings }: Pick<Datasource, 'settings'>,
  task: ModelUse['task'],
  outcome: ReportOutcome | QuestionOutcome
): ModelUse {
  const { usage, turns, toolCalls, cost } = outcome.run.spend;
  return {
    provider: settings.llm.provider,
    model: settings.llm.model,
    task,
    outcome: outcome.kind,
    calls: turns,
    toolCalls,
    tokensIn: usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    tokensOut: usage.outputTokens,
    cost,
    ...(outcome.kind === 'refused' ? { refusedBy: outcome.by } : {}),
  };
}
