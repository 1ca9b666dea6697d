import { z } from 'zod';
import type { RcaReport } from '#model';
import { ratio, service, text, time, window } from './run-fields.ts';

/** Most events of one run. */
export const MAX_RUN_EVENTS = 1000;
/** Most characters of one event as JSON; a batch of one fits the body that the executor takes. */
export const MAX_RUN_EVENT_CHARACTERS = 200_000;
/** Most characters of all events of one run as JSON. */
export const MAX_RUN_CHARACTERS = 2_000_000;

const count = z.number().int().nonnegative().max(1e15);
const milliseconds = z.number().nonnegative().max(1e12);
const finite = z.number();

/** Parts of a run, in order. */
export const RUN_STEPS = [
  'queue',
  'signals',
  'topology',
  'detection',
  'evidence',
  'ranking',
  'details',
  'report',
  'model',
] as const;
export type RunStep = (typeof RUN_STEPS)[number];

/** Work that a run took. Tokens and money are of the language model. */
export const costSchema = z.strictObject({
  queries: count,
  rows: count,
  bytes: count,
  ms: milliseconds,
  modelCalls: count,
  tokensIn: count,
  tokensOut: count,
  /** In the currency of the prices in the settings; null where no price is known. */
  money: z.number().nonnegative().max(1e9).nullable(),
});
export type RunCost = z.infer<typeof costSchema>;

/** Where evidence can be looked at. The page makes the address: only it knows the user's datasources. */
const linkSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('explore'),
    source: z.enum(['prometheus', 'loki', 'tempo']),
    query: text(4000),
    window,
  }),
  z.strictObject({ kind: z.literal('trace'), traceId: z.string().regex(/^[0-9a-fA-F]{1,32}$/), window }),
]);
export type RunLink = z.infer<typeof linkSchema>;

const usual = finite.nullable();

/** The details of the model's `EvidenceDetail`, as far as a run keeps them. */
const evidenceDetailSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('log-samples'),
    template: text(2000),
    count,
    usualCount: usual,
    isNew: z.boolean(),
    lines: z.array(z.strictObject({ atMs: time, text: text(2000) })).max(20),
  }),
  z.strictObject({
    kind: z.literal('trace-path'),
    traceId: text(64),
    durationMs: milliseconds,
    usualMs: usual,
    comparedWith: count,
    path: z
      .array(
        z.strictObject({
          service,
          operation: text(400),
          startMs: milliseconds,
          selfMs: milliseconds,
          usualSelfMs: usual,
          isFailed: z.boolean(),
        })
      )
      .max(60),
  }),
  z.strictObject({
    kind: z.literal('workload-state'),
    pods: z
      .array(
        z.strictObject({
          name: text(253),
          phase: text(60),
          isReady: z.boolean().nullable(),
          restarts: count.nullable(),
          reason: text(400),
        })
      )
      .max(50),
    events: z.array(z.strictObject({ atMs: time, reason: text(200), message: text(1000) })).max(10),
  }),
]);

const gapSchema = z.strictObject({ source: text(200), reason: text(2000) });
const evidenceIds = z.array(text(40)).max(200);

const sentence = z.strictObject({ text: text(2000), cites: z.array(count).max(50) });
const sentences = z.array(sentence).max(20);

/** Kinds of events; every event also has its number and times. */
const eventBodies = {
  step: z.strictObject({
    type: z.literal('step'),
    step: z.enum(RUN_STEPS),
    phase: z.enum(['began', 'ended']),
    /** How long it took; null where it began. */
    ms: milliseconds.nullable(),
    /** What was found, or the place in the queue. */
    text: text(400),
  }),
  query: z.strictObject({
    type: z.literal('query'),
    source: z.enum(['prometheus', 'loki', 'tempo', 'jaeger', 'grafana']),
    text: text(4000),
    window: z.strictObject({ fromMs: time, toMs: time }).nullable(),
    rows: count,
    /** Of the answers, after decompression. */
    bytes: count,
    ms: milliseconds,
    /** Why there was no answer. */
    error: text(400).nullable(),
  }),
  evidence: z.strictObject({
    type: z.literal('evidence'),
    /** `e<number>`; the number is that of the report. */
    id: text(40).min(1),
    source: z.enum(['metric', 'log', 'trace', 'change', 'topology', 'kubernetes', 'impact', 'alert']),
    service,
    statement: text(4000),
    query: text(4000).nullable(),
    window: z.strictObject({ fromMs: time, toMs: time }).nullable(),
    value: finite.nullable(),
    baseline: finite.nullable(),
    unit: text(40).nullable(),
    link: linkSchema.nullable(),
    detail: evidenceDetailSchema.nullable().default(null),
  }),
  ranking: z.strictObject({
    type: z.literal('ranking'),
    decision: text(60),
    /** Version of the trained weights; null where only the linear ranking spoke. */
    rankedWith: text(200).nullable(),
    scores: z
      .array(
        z.strictObject({
          service,
          rank: count,
          score: finite,
          confidence: ratio,
          cause: text(60),
          linearRank: count.nullable(),
          trainedRank: count.nullable(),
          contributions: z.array(z.strictObject({ feature: text(200), value: finite, weight: finite })).max(40),
        })
      )
      .max(50),
  }),
  hypothesis: z.strictObject({
    type: z.literal('hypothesis'),
    service,
    rank: count,
    cause: text(60),
    confidence: ratio,
    path: z.array(service).max(40),
    evidence: evidenceIds,
    /** Whose it is: of the engine, or of a language model, whose word never raises the verdict. */
    by: z.enum(['engine', 'model']),
  }),
  rejected: z.strictObject({
    type: z.literal('rejected'),
    service,
    reason: text(1000),
    explainedBy: service.nullable(),
    share: ratio.nullable(),
  }),
  verdict: z.strictObject({
    type: z.literal('verdict'),
    verdict: z.enum(['CONFIRMED', 'LIKELY', 'INCONCLUSIVE']),
    decision: text(60),
    reasons: z.array(text(1000)).max(30),
    missing: z.array(gapSchema).max(60),
  }),
  report: z.strictObject({
    type: z.literal('report'),
    report: z.custom<RcaReport>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  }),
  /** Exactly what was sent to a language model in its first request. */
  sent: z.strictObject({
    type: z.literal('sent'),
    provider: text(60),
    model: text(200),
    destination: text(500),
    /** JSON; cut where it is longer. */
    body: text(150_000),
    /** How many values were hidden, by kind. */
    hidden: z.record(text(60), count),
    /** Places of texts that were kept back because they read like instructions. */
    withheld: z.array(text(400)).max(200),
  }),
  /** What a language model wrote and every check let pass. */
  written: z.strictObject({
    type: z.literal('written'),
    rootCause: sentences,
    impact: sentences,
    remediation: z.array(sentence.extend({ step: count, runbook: text(100).nullable() })).max(20),
    unknown: z.array(sentence.extend({ check: text(1000) })).max(20),
    /** Of the model; the one of the report is computed. */
    confidence: ratio,
    contradictions: z.array(z.strictObject({ about: text(200), engine: text(500), model: text(500) })).max(20),
    /** Sentences that no evidence carries, with why they were cut. */
    cut: z.array(z.strictObject({ part: text(100), reason: text(200), detail: text(500) })).max(100),
  }),
  note: z.strictObject({ type: z.literal('note'), level: z.enum(['info', 'warning']), text: text(1000) }),
  error: z.strictObject({ type: z.literal('error'), code: text(100), message: text(2000), remedy: text(2000) }),
  cost: z.strictObject({ type: z.literal('cost'), cost: costSchema }),
};

/** Its place in the run, from 1 without gaps; domain time; real milliseconds since the run began. */
const numbered = { seq: z.number().int().min(1).max(MAX_RUN_EVENTS), atMs: time, elapsedMs: milliseconds };

/** One numbered event of a run. */
export const runEventSchema = z.discriminatedUnion('type', [
  eventBodies.step.extend(numbered),
  eventBodies.query.extend(numbered),
  eventBodies.evidence.extend(numbered),
  eventBodies.ranking.extend(numbered),
  eventBodies.hypothesis.extend(numbered),
  eventBodies.rejected.extend(numbered),
  eventBodies.verdict.extend(numbered),
  eventBodies.report.extend(numbered),
  eventBodies.sent.extend(numbered),
  eventBodies.written.extend(numbered),
  eventBodies.note.extend(numbered),
  eventBodies.error.extend(numbered),
  eventBodies.cost.extend(numbered),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
/** What an event says, before it has a number. */
export type RunEventBody = {
  [Kind in keyof typeof eventBodies]: z.infer<(typeof eventBodies)[Kind]>;
}[keyof typeof eventBodies];
