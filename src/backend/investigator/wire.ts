import type {
  AskAnswer,
  InvestigatorCall,
  InvestigatorFact,
  InvestigatorOutcome,
  InvestigatorQuery,
  InvestigatorRun,
  InvestigatorSpend,
} from '#contracts';
import type { FoundFact, QuestionOutcome, ReportOutcome, RunRecord, RunSpend, ToolCallRecord } from '#llm';

/** The end of an investigation, as it is answered. */
export function toOutcome({ run, ...outcome }: ReportOutcome): InvestigatorOutcome {
  const told = toRun(run);
  if (outcome.kind !== 'written') {
    return { ...outcome, run: told };
  }
  const { report, narrative, cut, verdict, contradictions } = outcome;
  return {
    kind: 'written',
    ...report,
    narrative,
    verdict: { computed: verdict.engine.verdict, shown: verdict.verdict, reason: verdict.reason },
    contradictions,
    cut,
    run: told,
  };
}

/** The answer to a question, as it is answered. */
export function toAskAnswer({ run, ...outcome }: QuestionOutcome): AskAnswer {
  return { ...outcome, run: toRun(run) };
}

function toRun({
  provider,
  model,
  end,
  spend,
  sent,
  hidden,
  withheld,
  calls,
  facts,
  notes,
}: RunRecord): InvestigatorRun {
  return {
    provider,
    model,
    end,
    spend: toSpend(spend),
    sent,
    hidden,
    withheld,
    calls: calls.map(toCall),
    facts: facts.map(toFact),
    notes,
  };
}

/** What a run used, without the details of caching. */
export function toSpend({ turns, toolCalls, tokens, cost, seconds }: RunSpend): InvestigatorSpend {
  return { turns, toolCalls, tokens, cost, seconds };
}

/** A call of a tool with its query as Explore takes it. */
export function toCall(record: ToolCallRecord): InvestigatorCall {
  const { tool, outcome, detail, facts, seconds } = record;
  return { tool, outcome, facts, seconds, ...(detail === undefined ? {} : { detail }), ...toQuery(record) };
}

function toFact(fact: FoundFact): InvestigatorFact {
  const { language: _language, window: _window, query: _query, ...rest } = fact;
  return { ...rest, ...toQuery(fact) };
}

/** The query of a call or fact as Explore takes it, where one was run. */
export function toQuery({ language, query, window }: Pick<ToolCallRecord, 'language' | 'query' | 'window'>): {
  query?: InvestigatorQuery;
} {
  return language && query !== undefined && window ? { query: { language, query, ...window } } : {};
}
