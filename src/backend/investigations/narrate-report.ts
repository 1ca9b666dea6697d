import { explain, type ReportOutcome } from '#llm';
import type { RcaReport } from '#model';
import type { SourceProblem } from '#contracts';
import type { Clock } from '#telemetry';
import type { Datasource } from '../datasource/datasource.ts';
import { budgetBookOf } from '../investigator/budgets.ts';
import { toLanguageModel } from '../investigator/language-model.ts';

/** A report, worded by the model where that worked, and why it did not where it did not. */
export interface NarratedReport {
  readonly report: RcaReport;
  readonly problem: SourceProblem | undefined;
}

/**
 * Asks the language model for the wording where the settings enable it. The report stays complete and as it was when the
 * model fails or its text does not pass the checks.
 */
export async function narrateReport(
  report: RcaReport,
  datasource: Pick<Datasource, 'settings' | 'secrets'> & { readonly clock: Pick<Clock, 'now'> },
  signal: AbortSignal,
  onOutcome: (outcome: ReportOutcome) => void = () => undefined
): Promise<NarratedReport> {
  const { llm } = datasource.settings;
  if (!llm.enabled) {
    return { report, problem: undefined };
  }
  const result = await explain(report, {
    model: toLanguageModel(datasource),
    incident: `${report.target.service}@${report.onsetMs}`,
    limits: { ...llm.investigation, seconds: llm.timeoutSeconds },
    budgets: llm.budgets,
    book: budgetBookOf(datasource),
    prices: llm.prices,
    privatePatterns: llm.privatePatterns,
    now: () => datasource.clock.now(),
    signal,
  });
  onOutcome(result);
  switch (result.kind) {
    case 'written':
      return { report: { ...report, narrator: 'llm', narrative: result.narrative }, problem: undefined };
    case 'rejected': {
      const message = `The text of the language model was not used: ${result.reason}.`;
      const remedy = 'Nothing is lost: the report is worded by rules. Try another model if it happens often.';
      return { report, problem: { source: 'llm', code: 'CAUSEWAY_LLM_REJECTED', message, remedy } };
    }
    case 'refused': {
      const message = `The budget of the ${result.by} for the language model is used up (${result.limit} ${result.unit}).`;
      const remedy = 'Raise the budget in the datasource settings, or wait; the report is complete without it.';
      return { report, problem: { source: 'llm', code: 'CAUSEWAY_LLM_BUDGET', message, remedy } };
    }
    case 'failed': {
      const { code, message, remedy } = result;
      return { report, problem: { source: 'llm', code, message, remedy } };
    }
  }
}
