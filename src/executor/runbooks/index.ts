export type { CelContext, CelOutcome, CelScope } from './cel/cel-expression.ts';
export type { CelRunner } from './cel/cel-runner.ts';
export { CelThread } from './cel/cel-runner.ts';
export type { ActionRegistry, CompilableAction } from './compile-plan.ts';
export { compilePlan, planDigest } from './compile-plan.ts';
export type {
  CompiledCheck,
  CompiledNotification,
  CompiledPlan,
  CompiledPolicy,
  CompiledStep,
  CompiledVerification,
} from './compiled-plan.ts';
export type { ImportResult } from './legacy/import-legacy.ts';
export { importLegacy } from './legacy/import-legacy.ts';
export type { ReportLine } from './legacy/line-report.ts';
export type { LoadResult } from './load-runbook.ts';
export { loadRunbook } from './load-runbook.ts';
export type { Occasion, RunbookFit, RunbookMiss } from './matching/fit-runbooks.ts';
export { proposeRunbooks } from './matching/fit-runbooks.ts';
export type { CopiedParameters, DecisionSource, MergedDecision, SimilarCase } from './matching/merge-decision.ts';
export { copyParameters, mergeDecision } from './matching/merge-decision.ts';
export type { ParameterValue } from './parameter-value.ts';
export type { RunbookProblem } from './problem.ts';
export { formatProblem } from './problem.ts';
export type { ParameterGap, ParameterSources } from './resolve-parameters.ts';
export { resolveParameters, tryParameters } from './resolve-parameters.ts';
export type { LoadedRunbook, Runbook } from './runbook.ts';
export { runbookKey } from './runbook.ts';
export type { ReloadReport, UsedDigest } from './runbook-shelf.ts';
export { RunbookShelf } from './runbook-shelf.ts';
export { RUNBOOK_SCHEMA } from './schema/runbook-schema.ts';
