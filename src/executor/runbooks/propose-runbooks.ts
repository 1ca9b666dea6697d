import type { IncidentRecord, JsonValue, ProposalsAnswer, RunbookSuggestion } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { assessRisk } from '../risk/assess-risk.ts';
import { riskBaseOf } from '../risk/runbook-risk.ts';
import type { PastExecution } from '../store/execution-store.ts';
import { compilePlan } from './compile-plan.ts';
import type { CompiledPlan } from './compiled-plan.ts';
import { labelsOfIncident, occasionOf } from './incident-labels.ts';
import { proposeRunbooks, type RunbookFit } from './matching/fit-runbooks.ts';
import { copyParameters, mergeDecision, type SimilarCase } from './matching/merge-decision.ts';
import { tryParameters, type ParameterResolution } from './resolve-parameters.ts';

type Parts = Pick<ExecutorContext, 'runbooks' | 'actions' | 'ledger' | 'policy' | 'clock'>;

const HISTORY = 500;

/** What may help with an incident: at most three runbooks, best first, with the arithmetic of why (A5.1, A5.2, A5.8). */
export async function proposeForIncident(context: Parts, incident: IncidentRecord): Promise<ProposalsAnswer> {
  const { runbooks, actions, ledger } = context;
  const known = new Set(actions.byName.keys());
  const { fits, misses } = await proposeRunbooks(runbooks.latest(), occasionOf(incident), known, runbooks.cel);
  const cases = similarCases(await ledger.read.executions.history(HISTORY), incident);
  return {
    items: fits.map((fit) => suggest(context, fit, incident, cases)),
    misses: misses.map(({ loaded, why }) => ({ name: loaded.runbook.metadata.name, reason: why })),
  };
}

/** Of the same symptom and the same kind of cause. */
function similarCases(history: readonly PastExecution[], { symptom, report }: IncidentRecord): readonly SimilarCase[] {
  const cause = (report as Partial<IncidentRecord['report']>).hypotheses?.[0]?.cause ?? null;
  return history
    .filter((past) => past.acted && past.symptom === symptom && past.cause === cause)
    .map(({ action, target, parameters, outcome, atMs }) => ({
      action,
      targetKind: target.kind,
      parameters,
      outcome: outcome === 'recovered' ? 'verified' : outcome === 'no-data' ? 'no-data' : 'failed',
      atMs,
    }));
}

function suggest(
  context: Parts,
  { loaded, why }: RunbookFit,
  incident: IncidentRecord,
  cases: readonly SimilarCase[]
): RunbookSuggestion {
  const { metadata, spec } = loaded.runbook;
  const labels = labelsOfIncident(incident);
  const { resolution, from } = fillParameters(loaded.runbook, labels, cases);
  const plan = resolution.gaps.length > 0 ? undefined : tryCompile(context, loaded, resolution);
  const { confidence, source, arithmetic } = mergeDecision(metadata.name, cases);
  return {
    runbook: { name: metadata.name, version: metadata.version, title: metadata.title ?? metadata.name },
    parameters: resolution.values,
    parametersFrom: from,
    missing: plan === undefined || typeof plan !== 'string' ? resolution.gaps : [{ name: '', reason: plan }],
    why,
    ...(typeof plan === 'object'
      ? {
          risk: riskOf(context, plan, incident),
          expectedSeconds: plan.expectedSeconds,
          reversible: plan.reversible,
        }
      : { risk: null, expectedSeconds: null, reversible: null }),
    steps: spec.steps.map(({ action }) => context.actions.byName.get(action)?.title ?? action),
    decision: { confidence, source, arithmetic: arithmetic as unknown as JsonValue },
  };
}

/** Labels and defaults; what they leave open, from the latest case that was verified on the same kind of target. */
function fillParameters(
  runbook: RunbookFit['loaded']['runbook'],
  labels: Readonly<Record<string, string>>,
  cases: readonly SimilarCase[]
): { readonly resolution: ParameterResolution; readonly from: string } {
  const first = tryParameters(runbook, { labels });
  const kind = runbook.spec.steps.find(({ target }) => target !== undefined)?.target?.['kind'];
  const copied = copyParameters(cases, runbook.metadata.name, typeof kind === 'string' ? kind : '');
  if (first.gaps.length === 0 || 'none' in copied) {
    return { resolution: first, from: 'labels of the incident and defaults' };
  }
  const open = new Set(first.gaps.map(({ name }) => name));
  const given = Object.fromEntries(Object.entries(copied.parameters).filter(([name]) => open.has(name)));
  const at = new Date(copied.from.atMs).toISOString();
  return {
    resolution: tryParameters(runbook, { labels, given }),
    from: `labels, defaults, and what helped on ${at}`,
  };
}

/** The plan, or why these values do not make one. */
function tryCompile(
  { actions }: Parts,
  loaded: RunbookFit['loaded'],
  { values }: ParameterResolution
): CompiledPlan | string {
  try {
    return compilePlan(loaded, values, actions.byName);
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be compiled';
  }
}

function riskOf({ actions, policy, clock }: Parts, plan: CompiledPlan, { report }: IncidentRecord): number {
  const confidence = (report as Partial<IncidentRecord['report']>).hypotheses?.[0]?.confidence ?? 0;
  return assessRisk({ base: riskBaseOf(plan, actions), confidence, recentFailures: 0, atMs: clock.now() }, policy)
    .score;
}
