import { z } from 'zod';
import type { JsonObject, JsonValue } from './json.ts';

/** One parameter of a runbook, for a form: type, bounds and where its value can come from. */
export interface RunbookParameter {
  readonly name: string;
  readonly type:
    | 'dns1123'
    | 'namespace'
    | 'deployment'
    | 'pod'
    | 'container'
    | 'service'
    | 'integer'
    | 'number'
    | 'string'
    | 'enum'
    | 'quantity'
    | 'duration'
    | 'boolean';
  readonly description: string;
  readonly required: boolean;
  /** Label of the incident that gives the value when nobody else does. */
  readonly fromLabel: string | null;
  readonly default: string | number | boolean | null;
  readonly minimum: string | number | null;
  readonly maximum: string | number | null;
  readonly values: readonly string[];
  readonly pattern: string | null;
  readonly maxLength: number | null;
}

/** How much a runbook may do by itself. `shadow`: it is only recorded what it would have proposed. */
export type AutonomyLevel = 'shadow' | 'suggest' | 'approve' | 'auto';

/** A runbook of `GET /v1/runbooks`, in its newest version. */
export interface RunbookEntry {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly owner: string;
  readonly digest: string;
  /** File that it was loaded from, relative to the folder of runbooks. */
  readonly source: string;
  /** Empty when it can run here; else the actions that are not enabled on this executor. */
  readonly missingActions: readonly string[];
  readonly risk: 'low' | 'medium' | 'high' | 'critical';
  readonly approval: 'required' | 'auto-if-low-risk' | 'four-eyes';
  readonly parameters: readonly RunbookParameter[];
  readonly steps: readonly {
    readonly id: string;
    readonly action: string;
    readonly title: string;
    readonly reversible: boolean;
    readonly destructive: boolean;
    /** Condition in CEL; null: always. */
    readonly condition: string | null;
    readonly ttl: string | null;
  }[];
  /** What it answers to, one line each, like `cause = bad-deploy`. */
  readonly triggers: readonly string[];
  readonly autonomy: {
    readonly level: AutonomyLevel;
    /** Good facts in a row that count towards the next level. */
    readonly inARow: number;
    /** How many it takes; null at the highest level that it can reach here. */
    readonly needed: number | null;
  };
  readonly executions: { readonly total: number; readonly recovered: number };
}

/** Answer of `GET /v1/runbooks`. */
export interface RunbooksAnswer {
  readonly items: readonly RunbookEntry[];
  /** What is wrong with files; the last good content stays in use. */
  readonly problems: readonly {
    readonly source: string;
    readonly line: number;
    readonly field: string;
    readonly message: string;
    readonly remedy: string;
  }[];
}

/** One proposal for an incident (A5.1, A5.2). */
export interface RunbookSuggestion {
  readonly runbook: { readonly name: string; readonly version: number; readonly title: string };
  /** Values that are known, by parameter. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Where the values come from: labels and defaults, or a case that was verified to help. */
  readonly parametersFrom: string;
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  /** One sentence for each condition that holds. */
  readonly why: readonly string[];
  /** Null while parameters are missing. */
  readonly risk: number | null;
  readonly expectedSeconds: number | null;
  readonly steps: readonly string[];
  readonly reversible: boolean | null;
  /** Whether rule, history or default recommends it, with the arithmetic (A5.8). */
  readonly decision: { readonly confidence: number; readonly source: string; readonly arithmetic: JsonValue };
}

/** Answer of `GET /v1/incidents/:id/proposals`: at most three, best first; doing it by hand and analysing again are always possible. */
export interface ProposalsAnswer {
  readonly items: readonly RunbookSuggestion[];
  /** Runbooks whose trigger fits and whose condition does not. */
  readonly misses: readonly { readonly name: string; readonly reason: string }[];
}

/** Body of `PUT /v1/maintenance` (persons only): the windows in which nothing may be changed, all of them. */
export const maintenanceSchema = z.strictObject({
  windows: z
    .array(
      z
        .strictObject({
          id: z.string().min(1).max(60),
          fromMs: z.number().int().positive(),
          toMs: z.number().int().positive(),
          namespaces: z.array(z.string().min(1).max(63)).max(50).optional(),
          reason: z.string().min(1).max(300),
        })
        .refine((value) => value.toMs > value.fromMs, { path: ['toMs'], message: 'toMs must be after fromMs' })
    )
    .max(50),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;

/** Body of `POST /v1/executions/:id/release` (persons only): somebody has looked at the targets. */
export const releaseSchema = z.strictObject({ comment: z.string().min(3).max(1000) });

/** Body of `POST /v1/executions/:id/steps/:stepId/confirm` (persons only): the manual step is done. */
export const confirmSchema = z.strictObject({ comment: z.string().max(1000).default('') });

/** One message that was sent or will be (A5.13), of `GET /v1/notifications`. */
export interface NotificationRecord {
  readonly id: string;
  readonly channel: string;
  readonly event: string;
  readonly subject: string;
  readonly createdMs: number;
  readonly attempts: number;
  readonly sentMs: number | null;
  /** What went wrong last, without secrets; null when nothing did. */
  readonly error: string | null;
  /** Given up after too many attempts. */
  readonly dropped: boolean;
  readonly content: JsonObject;
}
