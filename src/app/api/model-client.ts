import {
  type AskAnswer,
  type BudgetAnswer,
  type InvestigatorLine,
  type InvestigatorSubject,
  type PreviewAnswer,
  type PreviewRequest,
  RESOURCE_PATHS,
} from '#contracts';
import { ApiError, APP_ERRORS } from '../errors.ts';
import type { BackendCalls } from './backend-calls.ts';

/** The language model, as far as the backend lets it be asked. */
export interface ModelClient {
  budget(incidentId: string | undefined, signal?: AbortSignal): Promise<BudgetAnswer>;
  /** Sends nothing. */
  preview(request: PreviewRequest, signal?: AbortSignal): Promise<PreviewAnswer>;
  ask(subject: InvestigatorSubject, question: string, signal?: AbortSignal): Promise<AskAnswer>;
  /** Resolves with the last line: `outcome` or `off`. */
  investigate(
    subject: InvestigatorSubject,
    hint: string,
    onLine: (line: InvestigatorLine) => void,
    signal?: AbortSignal
  ): Promise<Extract<InvestigatorLine, { kind: 'outcome' | 'off' }>>;
}

const MODEL_DEADLINE_MS = 600_000;

export function createModelClient({ ask, get, lines }: BackendCalls): ModelClient {
  const long = (signal?: AbortSignal) => ({ signal, deadlineMs: MODEL_DEADLINE_MS });
  return {
    budget: (incident, signal) => get(RESOURCE_PATHS.modelBudget, incident === undefined ? {} : { incident }, signal),
    // What is previewed of a window is analysed first.
    preview: (data, signal) => ask(RESOURCE_PATHS.explainPreview, { method: 'POST', data }, long(signal)),
    ask: (subject, question, signal) =>
      ask(RESOURCE_PATHS.ask, { method: 'POST', data: { subject, question } }, long(signal)),
    investigate: async (subject, hint, onLine, signal) => {
      let last: Extract<InvestigatorLine, { kind: 'outcome' | 'off' }> | undefined;
      const data = hint === '' ? { subject } : { subject, hint };
      await lines(
        RESOURCE_PATHS.investigate,
        { method: 'POST', data },
        (value) => {
          const line = value as InvestigatorLine;
          if (line.kind === 'outcome' || line.kind === 'off') {
            last = line;
          } else {
            onLine(line);
          }
        },
        long(signal)
      );
      if (!last) {
        throw new ApiError(APP_ERRORS.STREAM_BROKEN);
      }
      return last;
    },
  };
}
