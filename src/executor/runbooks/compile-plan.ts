import type { JsonValue } from '#contracts';
import type { Action, ActionInput } from '../actions/action.ts';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import { ExecutorError } from '../errors.ts';
import { secondsOf } from './amounts.ts';
import { bindQuery, QueryRefused } from './bind-query.ts';
import { replaceRefs } from './check-steps.ts';
import type {
  CompiledCheck,
  CompiledPlan,
  CompiledPolicy,
  CompiledStep,
  CompiledVerification,
} from './compiled-plan.ts';
import { DEFAULT_CONSECUTIVE, DEFAULT_SECONDS } from './defaults.ts';
import type { ParameterValue } from './parameter-value.ts';
import { resolveParameters } from './resolve-parameters.ts';
import { fieldOf } from './problem.ts';
import type { CheckDeclaration, LoadedRunbook, QueryDeclaration, Runbook, StepDeclaration } from './runbook.ts';
import { isParamRef } from './runbook.ts';
import { stepScope } from './step-scope.ts';
import { compileSchema, type SchemaValidator } from './validate-schema.ts';

/** What the compiler asks of an action. */
export type CompilableAction = Pick<Action, 'name' | 'inputSchema' | 'reversible' | 'destructive' | 'target'>;

/** The actions that this executor can do, by name. */
export type ActionRegistry = ReadonlyMap<string, CompilableAction>;

type Values = Readonly<Record<string, ParameterValue>>;

/** Actions that change nothing on a platform: nothing of theirs can or need be undone. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['wait', 'query', 'manual', 'notify', 'ticket']);
/** What a change takes to arrive, roughly: a rollout of a few pods. */
const EFFECT_SECONDS = 60;
const RESOLUTION_SECONDS = 15;
/** Share of the samples that a check over time must find. */
const COVERAGE = 0.8;

/**
 * Binds parameters into a runbook. Pure: no clock, no network; equal inputs give equal plans.
 * @param given values of parameters, from `resolveParameters`; checked again here
 * @throws ExecutorError PARAMETER_INVALID with the step and field, for actions that are unknown here or refuse their input
 */
export function compilePlan(
  { runbook, digest, source }: LoadedRunbook,
  given: Values,
  actions: ActionRegistry
): CompiledPlan {
  const { metadata, spec } = runbook;
  const values = resolveParameters(runbook, { given });
  const steps = spec.steps.map((step, index) => compileStep(runbook, step, index, values, actions));
  const irreversibleSteps = steps.filter((step) => !isReversible(step, actions)).map(({ id }) => id);
  const reversible = irreversibleSteps.length === 0;
  const policy = compilePolicy(runbook);
  refuseAutomatic(policy, steps, actions);
  const verify = compileVerification(runbook, values, reversible);
  return {
    runbook: { name: metadata.name, version: metadata.version, digest, source },
    parameters: values,
    preconditions: (spec.preconditions ?? []).map((check) => compileCheck(check, values)),
    steps,
    verify,
    policy,
    notifications: spec.notifications ?? [],
    reversible,
    irreversibleSteps,
    expectedSeconds: expectedSeconds(steps, verify),
  };
}

/** Digest of a plan: what an approval is bound to, beside the state of the targets. */
export function planDigest(plan: CompiledPlan): string {
  return sha256Hex(canonicalJson(plan));
}

function compileStep(
  runbook: Runbook,
  step: StepDeclaration,
  index: number,
  values: Values,
  actions: ActionRegistry
): CompiledStep {
  const action = actions.get(step.action);
  if (!action) {
    throw invalid(`steps.${step.id}`, `"${step.action}" is not enabled here`);
  }
  const input = compileInput(step, values);
  checkInput(step, input, action);
  return {
    id: step.id,
    action: step.action,
    input,
    ...(step.if === undefined ? {} : { if: { expression: step.if, scope: stepScope(runbook, index) } }),
    timeoutSeconds: secondsOf(step.timeout, DEFAULT_SECONDS.stepTimeout),
    retry: { max: step.retry?.max ?? 0, on: step.retry?.on ?? [] },
    compensate: action.reversible ? (step.compensate ?? 'auto') : 'none',
    ...(step.ttl === undefined ? {} : { ttlSeconds: secondsOf(step.ttl, 0) }),
    ...(step.group === undefined ? {} : { parallelGroup: step.group }),
  };
}

function compileInput(step: StepDeclaration, values: Values): ActionInput {
  const bound = (value: JsonValue): JsonValue =>
    replaceRefs(value, [], (name) => {
      const found = Object.hasOwn(values, name) ? values[name] : undefined;
      if (found === undefined) {
        throw invalid(`parameters.${name}`, 'has no value');
      }
      return found;
    });
  const target = bound(step.target ?? {}) as ActionInput;
  const given = bound(step.with ?? {}) as ActionInput;
  if (step.action !== 'query') {
    return { ...target, ...given };
  }
  const query = step.with as unknown as QueryDeclaration & { readonly onFalse?: 'stop' | 'continue' };
  return {
    ...(query.datasource === undefined ? {} : { datasource: query.datasource }),
    query: boundQuery(query, values, `steps.${step.id}`),
    op: query.op,
    value: thresholdOf(query, values),
    noData: query.noData ?? 'fail',
    onFalse: query.onFalse ?? 'stop',
  };
}

const validators = new WeakMap<object, SchemaValidator>();

function checkInput(step: StepDeclaration, input: ActionInput, action: CompilableAction): void {
  let validate = validators.get(action.inputSchema);
  if (!validate) {
    validate = compileSchema(action.inputSchema);
    validators.set(action.inputSchema, validate);
  }
  const [fault] = validate(input);
  if (fault) {
    throw invalid(`steps.${step.id}.${fieldOf(fault.path)}`.replace(/\.$/, ''), `${fault.message}. ${fault.remedy}`);
  }
  try {
    action.target(input);
  } catch (error) {
    if (error instanceof ExecutorError) {
      throw new ExecutorError(error.code, `steps.${step.id}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function compileCheck(check: CheckDeclaration, values: Values): CompiledCheck {
  const query = boundQuery(check, values, `checks.${check.name}`);
  const forSeconds = check.for === undefined ? undefined : secondsOf(check.for, 0);
  return {
    name: check.name,
    ...(check.datasource === undefined ? {} : { datasource: check.datasource }),
    query: forSeconds === undefined ? query : overTime(query, check.op, forSeconds),
    operator: check.op,
    threshold: thresholdOf(check, values),
    noData: check.noData ?? 'fail',
    ...(forSeconds === undefined ? {} : { forSeconds }),
  };
}

/**
 * The value nearest to failing over a time: the lowest where it must be high, the highest where it must be low. None while
 * less than four fifths of the time were measured, since nothing is known about the rest.
 */
function overTime(query: string, op: CheckDeclaration['op'], seconds: number): string {
  const range = `(${query})[${seconds}s:${RESOLUTION_SECONDS}s]`;
  const worst = op === '>' || op === '>=' ? 'min_over_time' : 'max_over_time';
  const samples = Math.max(1, Math.floor((seconds / RESOLUTION_SECONDS) * COVERAGE));
  return `${worst}(${range}) and count_over_time(${range}) >= ${samples}`;
}

function boundQuery({ query, vars = {} }: QueryDeclaration, values: Values, field: string): string {
  const named: Record<string, ParameterValue> = {};
  for (const [name, { $param }] of Object.entries(vars)) {
    const value = Object.hasOwn(values, $param) ? values[$param] : undefined;
    if (value !== undefined) {
      named[name] = value;
    }
  }
  try {
    return bindQuery(query, named).trim();
  } catch (error) {
    if (error instanceof QueryRefused) {
      throw invalid(`${field}.query`, error.message);
    }
    throw error;
  }
}

function thresholdOf({ value }: QueryDeclaration, values: Values): number {
  const threshold = isParamRef(value) ? values[value.$param] : value;
  if (typeof threshold !== 'number' || !Number.isFinite(threshold)) {
    throw invalid('checks', 'a threshold is no number');
  }
  return threshold;
}

function compileVerification({ spec }: Runbook, values: Values, reversible: boolean): CompiledVerification {
  const { verify } = spec;
  const onFailure = verify?.onFailure ?? 'rollback';
  return {
    settleSeconds: secondsOf(verify?.settle, DEFAULT_SECONDS.settle),
    timeoutSeconds: secondsOf(verify?.timeout, DEFAULT_SECONDS.verification),
    intervalSeconds: secondsOf(verify?.interval, DEFAULT_SECONDS.interval),
    consecutive: verify?.consecutive ?? DEFAULT_CONSECUTIVE,
    checks: (verify?.checks ?? []).map((check) => compileCheck(check, values)),
    onFailure: onFailure === 'rollback' && !reversible ? 'hold' : onFailure,
  };
}

function compilePolicy({ spec }: Runbook): CompiledPolicy {
  const { policy } = spec;
  return {
    risk: policy.risk,
    approval: {
      mode: policy.approval.mode,
      ttlSeconds: secondsOf(policy.approval.ttl, DEFAULT_SECONDS.approvalTtl),
      approvers: policy.approval.approvers ?? [],
    },
    cooldownSeconds: secondsOf(policy.cooldown, DEFAULT_SECONDS.cooldown),
    concurrency: { key: policy.concurrency?.key ?? 'target', max: policy.concurrency?.max ?? 1 },
    blastRadius: policy.blastRadius ?? {},
    deadlineSeconds: secondsOf(policy.deadline, DEFAULT_SECONDS.deadline),
  };
}

function isReversible(step: CompiledStep, actions: ActionRegistry): boolean {
  return (
    WITHOUT_EFFECT.has(step.action) || (step.compensate === 'auto' && actions.get(step.action)?.reversible === true)
  );
}

function expectedSeconds(steps: readonly CompiledStep[], verify: CompiledVerification): number {
  const durations = steps.map(({ action, input }) => {
    const waited = action === 'wait' ? input['seconds'] : WITHOUT_EFFECT.has(action) ? 0 : EFFECT_SECONDS;
    return typeof waited === 'number' ? waited : 0;
  });
  const verification = verify.settleSeconds + verify.intervalSeconds * (verify.consecutive - 1);
  return durations.reduce((sum, seconds) => sum + seconds, verification);
}

function refuseAutomatic(policy: CompiledPolicy, steps: readonly CompiledStep[], actions: ActionRegistry): void {
  const destructive = steps.find((step) => actions.get(step.action)?.destructive);
  if (policy.approval.mode === 'auto-if-low-risk' && destructive) {
    throw invalid(`steps.${destructive.id}`, `${destructive.action} is destructive and never approved automatically`);
  }
}

function invalid(field: string, reason: string): ExecutorError {
  return new ExecutorError('PARAMETER_INVALID', `${field} ${reason}.`);
}
