import type { JsonValue } from '#contracts';
/** The whole of a value is taken from a parameter. */
export interface ParamRef {
  readonly $param: string;
}

type Described = {
  readonly description?: string;
  /** Default true. */
  readonly required?: boolean;
  /** Label of the alert or analysis that gives the value when nobody else does. */
  readonly fromLabel?: string;
};

/** A parameter as declared. */
export type ParameterDeclaration = Described &
  (
    | {
        readonly type: 'dns1123' | 'namespace' | 'deployment' | 'pod' | 'container' | 'service';
        readonly default?: string;
      }
    | { readonly type: 'integer' | 'number'; readonly min: number; readonly max: number; readonly default?: number }
    | { readonly type: 'string'; readonly maxLength: number; readonly pattern: string; readonly default?: string }
    | { readonly type: 'enum'; readonly values: readonly string[]; readonly default?: string }
    | {
        readonly type: 'quantity' | 'duration';
        readonly min?: string;
        readonly max: string;
        readonly default?: string;
      }
    | { readonly type: 'boolean'; readonly default?: boolean }
  );

export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A question to the metrics with a threshold. */
export interface QueryDeclaration {
  readonly datasource?: string;
  readonly query: string;
  readonly vars?: Readonly<Record<string, ParamRef>>;
  readonly op: ComparisonOperator;
  readonly value: number | ParamRef;
  readonly noData?: 'fail' | 'pass';
}

export interface CheckDeclaration extends QueryDeclaration {
  readonly name: string;
  readonly for?: string;
}

/** One condition on a label. */
export interface LabelMatch {
  readonly label: string;
  readonly op: '=' | '!=' | 'in' | 'prefix';
  readonly value: string | readonly string[];
}

export type TriggerSource = 'grafana-alert' | 'aiops-insight' | 'manual';

export interface Trigger {
  readonly source?: TriggerSource;
  readonly match: readonly LabelMatch[];
  readonly when?: string;
}

export type RetryCause = '429' | '5xx' | 'timeout' | 'conflict';

export interface StepDeclaration {
  readonly id: string;
  readonly action: string;
  readonly if?: string;
  readonly target?: Readonly<Record<string, JsonValue>>;
  readonly with?: Readonly<Record<string, JsonValue>>;
  readonly timeout?: string;
  readonly retry?: { readonly max?: number; readonly on?: readonly RetryCause[] };
  readonly compensate?: 'auto' | 'none';
  readonly ttl?: string;
  /** Steps next to each other with the same group may run at the same time. */
  readonly group?: string;
}

export type RunbookRisk = 'low' | 'medium' | 'high' | 'critical';

export interface PolicyDeclaration {
  readonly risk: RunbookRisk;
  readonly approval: {
    readonly mode: 'required' | 'auto-if-low-risk' | 'four-eyes';
    readonly ttl?: string;
    readonly approvers?: readonly string[];
  };
  readonly cooldown?: string;
  readonly concurrency?: { readonly key?: 'target' | 'namespace' | 'cluster'; readonly max?: number };
  readonly blastRadius?: {
    readonly maxPods?: number;
    readonly maxPercent?: number;
    readonly maxReplicasDelta?: number;
    readonly namespaces?: readonly string[];
  };
  readonly deadline?: string;
}

export type NotificationEvent =
  | 'approval-requested'
  | 'approved'
  | 'rejected'
  | 'timeout'
  | 'started'
  | 'succeeded'
  | 'failed'
  | 'rolled-back'
  | 'needs-human';

export interface NotificationDeclaration {
  readonly channel: string;
  readonly on: readonly NotificationEvent[];
  readonly template?: string;
}

/** A runbook file that passed the schema, as written. */
export interface Runbook {
  readonly apiVersion: 'aiops.io/v1';
  readonly kind: 'Runbook';
  readonly metadata: {
    readonly name: string;
    readonly version: number;
    readonly title?: string;
    readonly owner?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly triggers?: readonly Trigger[];
    readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
    readonly preconditions?: readonly CheckDeclaration[];
    readonly policy: PolicyDeclaration;
    readonly steps: readonly StepDeclaration[];
    readonly verify?: {
      readonly settle?: string;
      readonly timeout?: string;
      readonly interval?: string;
      readonly consecutive?: number;
      readonly checks: readonly CheckDeclaration[];
      readonly onFailure?: 'rollback' | 'notify' | 'hold';
    };
    readonly notifications?: readonly NotificationDeclaration[];
  };
}

/** A runbook that passed every check, with the digest that plans and ledgers refer to. */
export interface LoadedRunbook {
  readonly source: string;
  /** Hex SHA-256 of the canonical JSON of the file's value: comments and order of keys do not count. */
  readonly digest: string;
  readonly runbook: Runbook;
}

/** Whether a value is taken from a parameter. */
export function isParamRef(value: unknown): value is ParamRef {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$param');
}

/** Identity of a runbook: never another content under the same one. */
export function runbookKey({ metadata }: Pick<Runbook, 'metadata'>): string {
  return `${metadata.name}@${metadata.version}`;
}
