import { z } from 'zod';
import type { DataGap } from '#model';
import type { Page } from './executor-api.ts';
import { costSchema, MAX_RUN_EVENTS, type RunCost, type RunEvent, runEventSchema } from './run-events.ts';
import { ratio, service, text, time, window } from './run-fields.ts';

/** What is told of a run without reading its events: what to explain, and how deeply. */
export const runRequestSchema = z.strictObject({
  service,
  /** The stranger of both when missing. */
  symptom: z.enum(['latency', 'errors']).optional(),
  window,
  /** First anomalous sample where it is known. */
  onsetMs: time.optional(),
  /** `engine` asks no language model; the others need one to be configured. */
  depth: z.enum(['engine', 'explain', 'investigate']).default('engine'),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** Who started a run. */
export const RUN_ORIGINS = ['person', 'link', 'watch', 'api'] as const;
const runId = z.string().regex(/^[0-9A-Z]{26}$/, 'must be a ULID');

/**
 * Body of `POST /v1/runs` (backend only). The same fingerprint and start answer the run that is there, unless that one
 * failed or was cancelled. The id is made by the backend, so that a run can begin while the ledger is away.
 */
export const startRunSchema = z.strictObject({
  id: runId,
  fingerprint: z.string().min(8).max(128),
  startsAtMs: time,
  request: runRequestSchema,
  origin: z.enum(RUN_ORIGINS),
  /** Login of the person as Grafana told it to the backend, or what started it. Shown, never trusted. */
  startedBy: text(200),
  incidentId: runId.nullable(),
});
export type StartRun = z.infer<typeof startRunSchema>;

/** Body of `POST /v1/runs/:id/events` (backend only): numbers without gaps; empty says that somebody works on it. */
export const appendRunEventsSchema = z.strictObject({ events: z.array(runEventSchema).max(200) });

/** Answer of `POST /v1/runs/:id/events`. */
export interface AppendedEvents {
  /** Number of the last event that is stored; 0 before the first. */
  readonly lastSeq: number;
}

const causeSchema = z.strictObject({ service, cause: text(60), confidence: ratio });

/** Body of `POST /v1/runs/:id/finish` (backend only). Everything before it must have been appended. */
export const finishRunSchema = z.strictObject({
  status: z.enum(['finished', 'failed', 'cancelled']),
  /** Why it failed or was cancelled, and by whom. */
  reason: text(1000),
  lastSeq: z.number().int().nonnegative().max(MAX_RUN_EVENTS),
  verdict: z.enum(['CONFIRMED', 'LIKELY', 'INCONCLUSIVE']).nullable(),
  decision: text(60).nullable(),
  cause: causeSchema.nullable(),
  cost: costSchema.nullable(),
});
export type FinishRun = z.infer<typeof finishRunSchema>;

/** A run as the ledger keeps it; times are epoch ms on the clock of whoever wrote it. */
export interface RunRecord {
  readonly id: string;
  readonly fingerprint: string;
  readonly startsAtMs: number;
  readonly request: RunRequest;
  readonly origin: (typeof RUN_ORIGINS)[number];
  readonly startedBy: string;
  readonly incidentId: string | null;
  readonly status: 'running' | 'finished' | 'failed' | 'cancelled';
  /** Why it failed or was cancelled; empty otherwise. */
  readonly reason: string;
  readonly createdMs: number;
  readonly finishedMs: number | null;
  readonly verdict: FinishRun['verdict'];
  readonly decision: string | null;
  readonly cause: FinishRun['cause'];
  readonly cost: RunCost | null;
  readonly lastSeq: number;
  /** Rises with every write of its backend: one that stands still is worked on by nobody. */
  readonly revision: number;
}

/** Body of `POST /v1/runs/:id/feedback` (persons only). */
export const runFeedbackSchema = z.strictObject({
  about: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('cause') }),
    z.strictObject({ kind: z.literal('evidence'), id: text(40).min(1) }),
    z.strictObject({ kind: z.literal('proposal'), id: text(200).min(1) }),
  ]),
  judgement: z.enum(['right', 'wrong', 'partly']),
  /** What it was instead, where the person knows. */
  trueCause: text(500).default(''),
  comment: text(2000).default(''),
});
export type RunFeedback = z.infer<typeof runFeedbackSchema>;

/** What a person said about a run; a later word of the same person about the same thing stands beside the earlier one. */
export interface RunFeedbackRecord extends RunFeedback {
  readonly id: string;
  readonly author: string;
  readonly createdMs: number;
}

/** Answer of `GET /v1/runs/:id` and of the resource `runs/:id`. */
export interface RunDetail extends RunRecord {
  readonly feedback: readonly RunFeedbackRecord[];
}

/** Answer of `GET /v1/runs/:id/events?after=&limit=` and of the resource `runs/:id/events?after=`. */
export interface RunEventsAnswer {
  readonly run: RunRecord;
  readonly events: readonly RunEvent[];
  /** Whether there are more than these now. */
  readonly more: boolean;
}

/** Body of the resource `POST runs`. */
export const startRunResourceSchema = z.strictObject({
  request: runRequestSchema,
  origin: z.enum(['person', 'link', 'api']).default('person'),
  incidentId: runId.nullable().default(null),
  /** A run of the same request beside the one that is there. */
  again: z.boolean().default(false),
});

/** Answer of the resource `POST runs`. */
export interface StartedRun {
  readonly run: RunRecord;
  /** False when the same question was asked before. */
  readonly created: boolean;
  /** How many go first; 0 when it has begun. */
  readonly waiting: number;
}

/** Body of the resource `POST incidents`: the incident that a finished run found, for a person who declares it. */
export const declareIncidentSchema = z.strictObject({ runId });

/** Answer of the resource `GET runs`. `problem` says what the list may lack. */
export interface RunsAnswer extends Page<RunRecord> {
  readonly problem: DataGap | null;
}

/**
 * One line of the resource `GET runs/:id/stream?after=N` (NDJSON): all events after N in order, each once; `waiting`
 * while it stands in the queue; `run` last, when it is over. A stream that ends without `run` was cut: attach again after
 * the last number.
 */
export type RunStreamLine =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'waiting'; readonly ahead: number }
  | { readonly kind: 'problem'; readonly problem: DataGap }
  | { readonly kind: 'run'; readonly run: RunRecord };
