import { z } from 'zod';

const service = z.string().trim().min(1).max(253);
const time = z.number().int().nonnegative();
const words = z.string().trim().min(1).max(500);

/** What the language model is asked about: an incident of the ledger, or one service over a window, which is analysed first. */
const subjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('incident'), id: z.string().regex(/^[0-9A-Z]{26}$/, 'must be a ULID') }),
  z.strictObject({ kind: z.literal('window'), service, fromMs: time, toMs: time }),
]);
export type InvestigatorSubject = z.infer<typeof subjectSchema>;

/** Body of `POST investigations/explain-preview`: what would be sent for which task. */
export const previewRequestSchema = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('explain'), subject: subjectSchema }),
  z.strictObject({ task: z.literal('investigate'), subject: subjectSchema, hint: words.optional() }),
  z.strictObject({ task: z.literal('ask'), subject: subjectSchema, question: words }),
]);

export type PreviewRequest = z.input<typeof previewRequestSchema>;

/** Body of `POST investigations/investigate`. `hint` is what a person suspects. Answered as NDJSON of `InvestigatorLine`. */
export const investigatorRequestSchema = z.strictObject({ subject: subjectSchema, hint: words.optional() });

/** Body of `POST investigations/ask`. */
export const questionRequestSchema = z.strictObject({ subject: subjectSchema, question: words });

/** No language model is configured: nothing leaves, and everything else works. */
export interface InvestigatorOff {
  readonly kind: 'off';
}

/** Something that did not work, in words for a person. */
export interface InvestigatorFailure {
  readonly kind: 'failed';
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Exactly what was sent, or would be. */
export interface InvestigatorPayload {
  readonly destination: string;
  readonly body: object;
}

/** Answer of `POST investigations/explain-preview`: the first request of a run; nothing was sent. */
export type PreviewAnswer =
  (InvestigatorPayload & { readonly kind: 'preview' }) | InvestigatorOff | InvestigatorFailure;

/** Tokens, and money in the currency of the prices; null where no price is known. */
export interface SpentAmount {
  readonly tokens: number;
  readonly cost: number | null;
}

interface BudgetState {
  /** What is missing is not limited. */
  readonly limit: { readonly tokens?: number | undefined; readonly cost?: number | undefined };
  /** What was used and what is set aside for runs that go on; null while that is not known. */
  readonly used: SpentAmount | null;
}

/** Answer of `GET investigations/budget?incident=<id>`. */
export type BudgetAnswer =
  | InvestigatorOff
  | {
      readonly kind: 'on';
      readonly provider: 'messages-api' | 'grafana-llm-app';
      readonly model: string;
      /** Limits of one investigation. */
      readonly run: {
        readonly turns: number;
        readonly toolCalls: number;
        readonly tokens: number;
        readonly seconds: number;
        readonly cost?: number | undefined;
      };
      readonly perMonth: BudgetState;
      /** Null without the parameter `incident`. */
      readonly perIncident: BudgetState | null;
      /** `memory`: without an executor what was used is forgotten when the backend ends. */
      readonly keptIn: 'ledger' | 'memory';
      /** Why what was used is not known. */
      readonly problem: InvestigatorFailure | null;
    };

/** A query that was run, as Explore takes it. */
export interface InvestigatorQuery {
  readonly language: 'promql' | 'logql' | 'traceql';
  readonly query: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A fact that a tool found; numbers go on from the evidence of the report. */
export interface InvestigatorFact {
  readonly number: number;
  readonly tool: string;
  readonly source: string;
  readonly service: string;
  readonly statement: string;
  readonly atMs?: number;
  readonly observed?: number;
  readonly baseline?: number;
  readonly unit?: string;
  /** Missing where no query was run. */
  readonly query?: InvestigatorQuery;
}

/** One call of a tool: what was asked and what came of it. */
export interface InvestigatorCall {
  readonly tool: string;
  readonly outcome: 'answered' | 'repeated' | 'refused' | 'failed';
  /** Why it was refused or failed. */
  readonly detail?: string;
  /** Numbers of the facts it found. */
  readonly facts: readonly number[];
  readonly seconds: number;
  readonly query?: InvestigatorQuery;
}

/** What a run used. */
export interface InvestigatorSpend extends SpentAmount {
  readonly turns: number;
  readonly toolCalls: number;
  readonly seconds: number;
}

/** What is known of a run, however it ended. */
export interface InvestigatorRun {
  readonly provider: string;
  readonly model: string;
  /** `answered`, or the limit that ended it. */
  readonly end: string;
  readonly spend: InvestigatorSpend;
  /** Null where nothing was sent. */
  readonly sent: InvestigatorPayload | null;
  /** How many values were hidden, by kind. */
  readonly hidden: Readonly<Partial<Record<string, number>>>;
  /** Places of texts that were kept back because they read like instructions. */
  readonly withheld: readonly string[];
  readonly calls: readonly InvestigatorCall[];
  readonly facts: readonly InvestigatorFact[];
  readonly notes: readonly string[];
}

/** One sentence with the numbers of the evidence and facts that it rests on. */
export interface CitedSentence {
  readonly text: string;
  readonly cites: readonly number[];
}

interface CutSentence {
  readonly part: string;
  readonly reason: string;
  readonly detail: string;
}

/** What the model wrote and every check let pass; it stands beside the computed report and changes nothing of it. */
export interface WrittenAnswer {
  readonly kind: 'written';
  readonly narrative: string;
  readonly rootCause: readonly CitedSentence[];
  readonly impact: readonly CitedSentence[];
  readonly remediation: readonly (CitedSentence & { readonly step: number; readonly runbook?: string })[];
  readonly unknown: readonly (CitedSentence & { readonly check: string })[];
  readonly causes: readonly {
    readonly service: string;
    readonly confidence: number;
    readonly cites: readonly number[];
  }[];
  /** The model's own; that of the report is computed. */
  readonly confidence: number;
  /** The computed verdict, and what is shown: the same, or one step lower and why. */
  readonly verdict: { readonly computed: string; readonly shown: string; readonly reason: string };
  readonly contradictions: readonly { readonly about: string; readonly engine: string; readonly model: string }[];
  readonly cut: readonly CutSentence[];
}

/** The answer to a question, with the queries that were run for it. */
export interface QuestionAnswer {
  readonly kind: 'answered';
  readonly answer: readonly CitedSentence[];
  /** Queries behind the cited facts, as they ran; empty when the report itself answers. */
  readonly queries: readonly InvestigatorQuery[];
  readonly cut: readonly CutSentence[];
}

/** Nothing may be shown: the text did not pass the checks, or a budget was reached before anything was sent. */
export type InvestigatorRefusal =
  | { readonly kind: 'rejected'; readonly reason: string; readonly detail: string }
  | {
      readonly kind: 'refused';
      readonly by: 'incident' | 'month';
      readonly unit: 'tokens' | 'cost';
      readonly limit: number;
      readonly left: number;
    };

/** Answer of `POST investigations/ask`. */
export type AskAnswer =
  | InvestigatorOff
  | ((QuestionAnswer | InvestigatorRefusal | InvestigatorFailure) & { readonly run: InvestigatorRun | null });

/** Last line of an investigation. */
export type InvestigatorOutcome = (WrittenAnswer | InvestigatorRefusal | InvestigatorFailure) & {
  readonly run: InvestigatorRun | null;
};

/**
 * One line of `POST investigations/investigate` (NDJSON). First `budget`; the last is `off` or `outcome`. A stream that ends
 * without one of these was cut.
 */
export type InvestigatorLine =
  | InvestigatorOff
  | { readonly kind: 'budget'; readonly budget: BudgetAnswer }
  | { readonly kind: 'turn'; readonly turn: number; readonly mayUseTools: boolean; readonly elapsedMs: number }
  | { readonly kind: 'writing'; readonly characters: number; readonly elapsedMs: number }
  | { readonly kind: 'call'; readonly call: InvestigatorCall; readonly elapsedMs: number }
  | { readonly kind: 'spend'; readonly spend: InvestigatorSpend; readonly elapsedMs: number }
  | { readonly kind: 'outcome'; readonly outcome: InvestigatorOutcome; readonly elapsedMs: number };
