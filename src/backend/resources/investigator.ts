import {
  type AskAnswer,
  type BudgetAnswer,
  type InvestigatorFailure,
  type InvestigatorLine,
  investigatorRequestSchema,
  type PreviewAnswer,
  previewRequestSchema,
  questionRequestSchema,
} from '#contracts';
import type { RunEvent } from '#llm';
import { BackendError, toFailure } from '../errors.ts';
import { describeThrown } from '../grpc/hclog.ts';
import type { CallResourceResponse } from '../grpc/messages.ts';
import { ledgerOf, usedInMemory } from '../investigator/budgets.ts';
import { askModel, investigateFurther, previewTask } from '../investigator/investigator.ts';
import { toModelUse } from '../investigator/model-use.ts';
import { reportOf } from '../investigator/report-shelf.ts';
import { toAskAnswer, toCall, toOutcome, toSpend } from '../investigator/wire.ts';
import { readBody } from './parameters.ts';
import { requireEditor } from './require-editor.ts';
import { toLine, toStreamStart } from './respond.ts';
import type { ResourceCall } from './router.ts';

const MAX_CONCURRENT = 3;
const MAX_INCIDENT_LENGTH = 300;
/** Text of the model arrives in small parts; every so many characters are told. */
const WRITING_EVERY = 200;

let running = 0;

/** `POST investigations/explain-preview`: exactly what would be sent first; nothing is sent. */
export async function answerPreview({ datasource, body, signal }: ResourceCall): Promise<PreviewAnswer> {
  const request = readBody(previewRequestSchema, body);
  if (!datasource.settings.llm.enabled) {
    return { kind: 'off' };
  }
  const payload = await oneOfFew(async () =>
    previewTask(datasource, await reportOf(datasource, request.subject, signal), {
      kind: request.task,
      signal,
      ...('hint' in request ? { hint: request.hint } : {}),
      ...('question' in request ? { question: request.question } : {}),
    })
  );
  return payload ? { kind: 'preview', ...payload } : UNUSABLE_PATTERN;
}

const UNUSABLE_PATTERN: InvestigatorFailure = {
  kind: 'failed',
  code: 'CAUSEWAY_LLM_BAD_SETTINGS',
  message: 'A pattern of private values cannot be used, so nothing would be sent.',
  remedy: 'Correct llm.privatePatterns in the settings of the data source.',
};

/** `POST investigations/ask`: a question in plain language, and the answer with the queries that were run. For editors. */
export async function answerAsk({ datasource, body, signal, role, metrics, log }: ResourceCall): Promise<AskAnswer> {
  const request = readBody(questionRequestSchema, body);
  if (!datasource.settings.llm.enabled) {
    return { kind: 'off' };
  }
  requireEditor(role, 'ask the language model');
  return oneOfFew(async () => {
    const subject = await reportOf(datasource, request.subject, signal);
    const outcome = await askModel(datasource, subject, request.question, { signal });
    metrics.models.countUse(toModelUse(datasource, 'ask', outcome));
    const { end, spend } = outcome.run;
    log('info', 'question answered', { datasource: datasource.uid, outcome: outcome.kind, end, tokens: spend.tokens });
    return toAskAnswer(outcome);
  });
}

/**
 * `POST investigations/investigate`: JSON lines; first the budget, then what happens, last the outcome. A call that is
 * cancelled ends the run; what it used stays counted. For editors.
 */
export async function streamInvestigation(
  call: ResourceCall,
  send: (part: CallResourceResponse) => Promise<void>
): Promise<void> {
  const { datasource, body, role } = call;
  const request = readBody(investigatorRequestSchema, body);
  if (!datasource.settings.llm.enabled) {
    await send(toStreamStart());
    await send(toLine({ kind: 'off' } satisfies InvestigatorLine));
    return;
  }
  requireEditor(role, 'let the language model look further');
  await oneOfFew(() => runInvestigation(call, request, send));
}

async function runInvestigation(
  { datasource, signal, metrics, log }: ResourceCall,
  { subject: asked, hint }: ReturnType<typeof investigatorRequestSchema.parse>,
  send: (part: CallResourceResponse) => Promise<void>
): Promise<void> {
  const startedMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedMs);
  let sending = send(toStreamStart());
  const tell = (line: InvestigatorLine): void => {
    sending = sending.then(() => send(toLine(line)));
    // A stream that broke aborts the call; it is awaited at the end.
    sending.catch(() => undefined);
  };
  let toldCharacters = 0;
  try {
    const subject = await reportOf(datasource, asked, signal);
    tell({ kind: 'budget', budget: await readBudget(datasource, subject.budgetKey, signal) });
    const outcome = await investigateFurther(datasource, subject, {
      hint,
      signal,
      onEvent: (event) => {
        const line = toProgress(event, elapsedMs(), toldCharacters);
        if (line) {
          toldCharacters = line.kind === 'writing' ? line.characters : 0;
          tell(line);
        }
      },
    });
    metrics.models.countUse(toModelUse(datasource, 'investigate', outcome));
    const { end, spend } = outcome.run;
    log('info', 'investigation ended', {
      datasource: datasource.uid,
      outcome: outcome.kind,
      end,
      tokens: spend.tokens,
    });
    tell({ kind: 'outcome', outcome: toOutcome(outcome), elapsedMs: elapsedMs() });
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, remedy } = toFailure(error);
    log('warn', 'investigation failed', { code, error: describeThrown(error) });
    tell({ kind: 'outcome', outcome: { kind: 'failed', code, message, remedy, run: null }, elapsedMs: elapsedMs() });
  }
  await sending;
}

/** What is told of an event; undefined when it is not worth a line. */
function toProgress(event: RunEvent, elapsedMs: number, toldCharacters: number): InvestigatorLine | undefined {
  switch (event.type) {
    case 'turn':
      return { kind: 'turn', turn: event.turn, mayUseTools: event.mayUseTools, elapsedMs };
    case 'writing':
      return event.characters - toldCharacters >= WRITING_EVERY
        ? { kind: 'writing', characters: event.characters, elapsedMs }
        : undefined;
    case 'tool':
      return { kind: 'call', call: toCall(event.call), elapsedMs };
    case 'sent':
      return undefined;
    case 'spend':
      return { kind: 'spend', spend: toSpend(event.spend), elapsedMs };
  }
}

/** `GET investigations/budget?incident=<id>`: what may be used, and what was. */
export async function answerBudget({ datasource, parameters, signal }: ResourceCall): Promise<BudgetAnswer> {
  const incident = parameters.get('incident') ?? '';
  if (incident.length > MAX_INCIDENT_LENGTH) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', 'The parameter incident is too long.');
  }
  return readBudget(datasource, incident, signal);
}

async function readBudget(
  datasource: ResourceCall['datasource'],
  incident: string,
  signal: AbortSignal
): Promise<BudgetAnswer> {
  const { enabled, provider, model, investigation, budgets } = datasource.settings.llm;
  if (!enabled) {
    return { kind: 'off' };
  }
  const ledger = ledgerOf(datasource);
  const used = ledger
    ? await ledger.budgetUse(incident, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return toFailure(error);
      })
    : usedInMemory(incident, datasource.clock.now());
  const isKnown = 'usedInMonth' in used;
  return {
    kind: 'on',
    provider,
    model,
    run: investigation,
    perMonth: { limit: budgets.perMonth, used: isKnown ? used.usedInMonth : null },
    perIncident: incident === '' ? null : { limit: budgets.perIncident, used: isKnown ? used.usedForIncident : null },
    keptIn: ledger ? 'ledger' : 'memory',
    problem: isKnown ? null : { kind: 'failed', code: used.code, message: used.message, remedy: used.remedy },
  };
}

async function oneOfFew<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_CONCURRENT) {
    throw new BackendError(
      'CAUSEWAY_TOO_MANY_ANALYSES',
      `${running} requests for the language model are being worked on.`
    );
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
  }
}
