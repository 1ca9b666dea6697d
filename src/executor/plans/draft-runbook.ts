import type { IncidentRecord, PlanTarget, RunbookProposal } from '#contracts';
import type { VerificationCheck } from '#model';
import type { ActionRegistry } from '../actions/registry.ts';
import type { ExecutorContext } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import { riskBaseOf } from '../risk/runbook-risk.ts';
import {
  compilePlan,
  type CompiledCheck,
  type CompiledPlan,
  type CompiledStep,
  type LoadedRunbook,
} from '../runbooks/index.ts';
import { tryParameters } from '../runbooks/index.ts';
import { labelsOfIncident } from '../runbooks/incident-labels.ts';
import type { StepQuestion } from './inspect-steps.ts';
import { affectedServices, evidenceDigest, type PlanDraft } from './plan-draft.ts';

const MAX_CHECKS = 16;
/** The clock may be looked at this much later. */
const WAIT_MARGIN_SECONDS = 60;

/**
 * The plan of a runbook with its parameters: given values first, then labels of the incident, then defaults.
 * @throws ExecutorError NOT_FOUND, PARAMETER_INVALID naming the parameter, step or field
 */
export function draftRunbook(
  context: Pick<ExecutorContext, 'runbooks' | 'actions' | 'policy'>,
  proposal: RunbookProposal,
  incident: IncidentRecord,
  isBackend: boolean
): PlanDraft {
  const loaded = findRunbook(context, proposal.runbook);
  const { values, gaps } = tryParameters(loaded.runbook, {
    given: proposal.parameters,
    labels: labelsOfIncident(incident),
  });
  if (gaps.length > 0) {
    const reasons = gaps.map(({ name, reason }) => `parameters.${name} ${reason}`).join('; ');
    throw new ExecutorError('PARAMETER_INVALID', `${reasons.slice(0, 1000)}.`);
  }
  const plan = compilePlan(loaded, values, context.actions.byName);
  return toDraft(context, plan, { loaded, proposal, incident, isBackend });
}

/** @throws ExecutorError NOT_FOUND */
function findRunbook(
  { runbooks }: Pick<ExecutorContext, 'runbooks'>,
  wanted: RunbookProposal['runbook']
): LoadedRunbook {
  const { name, version } = wanted;
  const found =
    version === undefined
      ? runbooks.latest().find(({ runbook }) => runbook.metadata.name === name)
      : runbooks.find(name, version);
  if (!found) {
    throw new ExecutorError(
      'NOT_FOUND',
      `runbook: there is no ${name}${version === undefined ? '' : `@${version}`} here.`
    );
  }
  return found;
}

interface Origin {
  readonly loaded: LoadedRunbook;
  readonly proposal: RunbookProposal;
  readonly incident: IncidentRecord;
  readonly isBackend: boolean;
}

function toDraft(
  { actions, policy }: Pick<ExecutorContext, 'actions' | 'policy'>,
  plan: CompiledPlan,
  { loaded, proposal, incident, isBackend }: Origin
): PlanDraft {
  const { metadata } = loaded.runbook;
  const { policy: asked, verify } = plan;
  const { settleSeconds, intervalSeconds, consecutive, timeoutSeconds } = verify;
  const { blastRadius } = asked;
  return {
    incidentId: proposal.incidentId,
    action: metadata.name,
    target: firstTarget(plan, actions),
    parameters: plan.parameters,
    runbook: {
      name: metadata.name,
      version: metadata.version,
      title: metadata.title ?? metadata.name,
      digest: loaded.digest,
    },
    steps: plan.steps.map((step) => toQuestion(step, asked.deadlineSeconds)),
    preconditions: plan.preconditions.map(toCheck),
    verification: verificationOf(plan, actions, incident),
    timing: { settleSeconds, intervalSeconds, consecutivePasses: consecutive, timeoutSeconds },
    onFailure: verify.onFailure,
    deadlineSeconds: asked.deadlineSeconds,
    limits: {
      coolDownSeconds: asked.cooldownSeconds,
      concurrency: asked.concurrency,
      ...(blastRadius.maxPods === undefined ? {} : { maxPods: blastRadius.maxPods }),
      ...(blastRadius.maxPercent === undefined ? {} : { maxPercent: blastRadius.maxPercent }),
      ...(blastRadius.namespaces === undefined ? {} : { namespaces: blastRadius.namespaces }),
    },
    notifications: plan.notifications.map(({ channel, on }) => ({ channel, on })),
    rationale: proposal.rationale,
    confidence: proposal.confidence,
    expectedSeconds: plan.expectedSeconds,
    affectedServices: affectedServices(proposal.affectedServices, incident, isBackend),
    evidenceDigest: evidenceDigest(incident),
    approval: { ...asked.approval, ttlSeconds: Math.min(asked.approval.ttlSeconds, policy.approvalTtlSeconds) },
    riskBase: riskBaseOf(plan, actions),
  };
}

/** The first thing that is changed; of a plan that changes nothing the first step. */
function firstTarget({ steps }: CompiledPlan, actions: ActionRegistry): PlanTarget {
  const targets = steps.map(({ action, input }) => actions.get(action).target(input));
  const { kind, name, namespace } = targets.find(({ system }) => system !== 'none') ??
    targets[0] ?? { kind: '', name: '' };
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function toQuestion(step: CompiledStep, deadlineSeconds: number): StepQuestion {
  const { id, action, input, timeoutSeconds, retry, compensate, ttlSeconds } = step;
  return {
    id,
    action,
    input,
    timeoutSeconds: Math.max(timeoutSeconds, waitSeconds(step, deadlineSeconds)),
    compensate,
    retries: retry.max,
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    ...(step.if === undefined ? {} : { condition: step.if }),
  };
}

/** A wait takes what it takes, and a person as long as the plan may take. */
function waitSeconds({ action, input }: CompiledStep, deadlineSeconds: number): number {
  const seconds = input['seconds'];
  if (action === 'wait' && typeof seconds === 'number') {
    return seconds + WAIT_MARGIN_SECONDS;
  }
  return action === 'manual' ? deadlineSeconds : 0;
}

/** The runbook's own checks, else those of its actions; and that users are served again, which is what it is all for. */
function verificationOf(
  { verify, steps }: CompiledPlan,
  actions: ActionRegistry,
  { recovery }: IncidentRecord
): readonly VerificationCheck[] {
  const own =
    verify.checks.length > 0
      ? verify.checks.map(toCheck)
      : steps.flatMap(({ action, input }) => actions.get(action).defaultVerification(input));
  const asked = new Set(own.map(({ query }) => query));
  return [...own, ...recovery.filter(({ query }) => !asked.has(query))].slice(0, MAX_CHECKS);
}

function toCheck({ name, query, operator, threshold, noData }: CompiledCheck): VerificationCheck {
  return { name, query, operator, threshold, unit: '', ...(noData === 'pass' ? { noData } : {}) };
}
