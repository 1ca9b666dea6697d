export type { LlmErrorCode, LlmFailure } from './errors.ts';
export type {
  LanguageModel,
  StopReason,
  TokenUsage,
  ToolDeclaration,
  ToolRequest,
  TurnAnswer,
  TurnFailure,
  TurnMessage,
  TurnOptions,
  TurnRequest,
} from './language-model/language-model.ts';
export type { MessagesConnection } from './language-model/messages-model.ts';
export { messagesModel } from './language-model/messages-model.ts';
export type { GrafanaConnection } from './language-model/grafana-model.ts';
export { grafanaModel } from './language-model/grafana-model.ts';
export type {
  Amount,
  BudgetBook,
  BudgetGrant,
  BudgetLimit,
  BudgetRefusal,
  BudgetRequest,
  Budgets,
  BudgetTotals,
} from './budget/budget-book.ts';
export { MemoryBudgetBook } from './budget/budget-book.ts';
export type { ModelPrice, Prices } from './budget/prices.ts';
export type { RunLimit, RunLimits, RunSpend } from './budget/run-meter.ts';
export type { HiddenCounts } from './privacy/pseudonyms.ts';
export type { OfferedRunbook } from './payload.ts';
export type {
  FactSource,
  FoundFact,
  InvestigationTools,
  QueryLanguage,
  QueryValidator,
  ToolCallRecord,
  ToolLimits,
  ToolReply,
  ToolRow,
} from './tools/investigation-tools.ts';
export type { CombinedVerdict, Contradiction } from './report/compare-with-engine.ts';
export type {
  Claim,
  CutClaim,
  CutReason,
  OpenQuestion,
  Rejection,
  RejectionReason,
  RemediationStep,
  WrittenCause,
  WrittenReport,
} from './report/written-report.ts';
export type { RunEnd, RunEvent, RunOptions, RunRecord, SentPayload } from './run.ts';
export type { ExplainOptions, InvestigateOptions, ReportOutcome, Written } from './explain.ts';
export { explain, investigate, previewExplanation, previewInvestigation } from './explain.ts';
export type { Answered, QuestionOptions, QuestionOutcome, RunQuery } from './answer-question.ts';
export { answerQuestion, previewQuestion } from './answer-question.ts';
