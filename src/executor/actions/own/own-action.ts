import type { Ratio } from '#model';
import type { Action, ActionInput, TargetIdentity, TargetState } from '../action.ts';
import { inputCheck, inputSchemaOf } from './input-schema.ts';

/** What tells one own action from another. Methods get inputs that were checked. */
export interface OwnAction<Input> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly riskBase: Ratio;
  readonly destructive?: boolean;
  /** Whether it leaves nothing behind that a roll-back of other steps would have to take away. */
  readonly leavesNothing: boolean;
  /** @throws ExecutorError PARAMETER_INVALID for what the schema cannot say */
  target(input: Input): TargetIdentity;
  read?(input: Input): Promise<TargetState>;
  dryRun(input: Input): string;
  warnings?(input: Input): readonly string[];
  apply(input: Input, request: Parameters<Action['apply']>[0], signal: AbortSignal): ReturnType<Action['apply']>;
  resolve(input: Input): Awaited<ReturnType<Action['resolve']>>;
  progress?(input: Input, sinceMs: number | undefined): Awaited<ReturnType<NonNullable<Action['progress']>>>;
}

const NOTHING: TargetState = { uid: 'none', version: 'none', preImage: {}, summary: 'nothing that could be locked' };

/** An action of the executor's own, which needs no rights on a platform. */
export function ownAction<Input>(own: OwnAction<Input>): Action {
  const inputSchema = inputSchemaOf(own.name);
  const check = inputCheck(inputSchema);
  const checked = (input: ActionInput): Input => {
    const value = check(input) as unknown as Input;
    own.target(value);
    return value;
  };
  const { progress } = own;
  const unclear = recentMessages();
  return {
    name: own.name,
    title: own.title,
    description: own.description,
    inputSchema,
    riskBase: own.riskBase,
    reversible: own.leavesNothing,
    destructive: own.destructive ?? false,
    target: (input) => own.target(check(input) as unknown as Input),
    permissions: () => [],
    allPermissions: () => [],
    read: async (input) => {
      const value = checked(input);
      return own.read ? own.read(value) : NOTHING;
    },
    dryRun: async (input) => {
      const value = checked(input);
      return { diff: own.dryRun(value), warnings: own.warnings?.(value) ?? [] };
    },
    async apply(request, signal) {
      const outcome = await own.apply(checked(request.input), request, signal);
      if (outcome.kind === 'unknown') {
        unclear.keep(request.operationId, outcome.message);
      }
      return outcome;
    },
    async resolve({ input, operationId }) {
      const { kind, message } = own.resolve(checked(input));
      const before = unclear.find(operationId);
      return { kind, message: before === undefined ? message : `${before}; ${message}` };
    },
    ...(own.leavesNothing
      ? { compensate: async () => ({ kind: 'applied', message: 'there is nothing to take back' }) }
      : {}),
    ...(progress === undefined
      ? {}
      : { progress: async (input, _signal, sinceMs) => progress(checked(input), sinceMs) }),
    defaultVerification: () => [],
  };
}

/** The target of an action that touches nothing which another one could touch. */
export function noTarget(kind: string, name: string): TargetIdentity {
  return { key: `none/${kind.toLowerCase()}/${name}`, system: 'none', kind, name };
}

const MESSAGES_KEPT = 100;

/** What was last known of operations whose outcome is unknown: a person who has to look wants to read it. */
function recentMessages() {
  const byOperation = new Map<string, string>();
  return {
    keep(operationId: string, message: string): void {
      byOperation.set(operationId, message);
      const [oldest] = byOperation.keys();
      if (byOperation.size > MESSAGES_KEPT && oldest !== undefined) {
        byOperation.delete(oldest);
      }
    },
    find: (operationId: string) => byOperation.get(operationId),
  };
}
