import { narrate } from '#llm';
import type { RcaReport } from '#model';
import type { SourceProblem } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';

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
  { settings, secrets }: Pick<Datasource, 'settings' | 'secrets'>,
  signal: AbortSignal
): Promise<NarratedReport> {
  const { enabled, baseUrl, model, timeoutSeconds } = settings.llm;
  if (!enabled) {
    return { report, problem: undefined };
  }
  const result = await narrate(report, {
    apiKey: secrets.llmApiKey ?? '',
    model,
    timeoutSeconds,
    signal,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  switch (result.kind) {
    case 'narrated':
      return { report: { ...report, narrator: 'llm', narrative: result.narrative }, problem: undefined };
    case 'rejected': {
      const message = `The text of the language model was not used: ${result.reason}.`;
      const remedy = 'Nothing is lost: the report is worded by rules. Try another model if it happens often.';
      return { report, problem: { source: 'llm', code: 'CAUSEWAY_LLM_REJECTED', message, remedy } };
    }
    case 'failed': {
      const { code, message, remedy } = result;
      return { report, problem: { source: 'llm', code, message, remedy } };
    }
  }
}
