import type { PlanRecord, RunbookSuggestion } from '#contracts';
import { blastRadius } from '#engine';
import type { ActionProposal, RcaReport, ServiceGraph } from '#model';
import { ExecutorRefusal, type ExecutorClient } from '../executor/executor-client.ts';
import { isPlanned } from './incident-match.ts';

/** What plans are proposed from. */
export interface ProposalTask {
  readonly executor: Pick<ExecutorClient, 'listPlans' | 'proposePlan' | 'listSuggestions' | 'proposeRunbook'>;
  readonly incidentId: string;
  readonly report: RcaReport;
  readonly graph: ServiceGraph;
}

const MAX_PROPOSALS = 8;
/** The action is not possible on this executor, or a person has to propose it: no failure. */
const NOT_HERE: ReadonlySet<string> = new Set([
  'CAUSEWAY_EXECUTOR_PARAMETER_INVALID',
  'CAUSEWAY_EXECUTOR_TARGET_UNKNOWN',
  'CAUSEWAY_EXECUTOR_AUTONOMY',
]);

/**
 * Proposes what the report recommends. Where none of it can be done on this executor, the runbooks that fit the incident and lack
 * no parameter.
 * @returns how many plans were asked for
 */
export async function proposePlans(task: ProposalTask, signal: AbortSignal): Promise<number> {
  const { executor, incidentId, report } = task;
  const plans = await executor.listPlans(incidentId, signal);
  const wanted = report.proposals.filter((proposal) => !isPlanned(proposal, plans)).slice(0, MAX_PROPOSALS);
  let proposed = 0;
  for (const proposal of wanted) {
    proposed += (await isTaken(() => proposeAction(task, proposal, signal))) ? 1 : 0;
  }
  return proposed > 0 || plans.some(({ runbook }) => !runbook) ? proposed : proposeRunbooks(task, plans, signal);
}

async function proposeAction(
  { executor, incidentId, graph }: ProposalTask,
  { action, target, parameters, rationale, confidence, expectedSeconds, verification }: ActionProposal,
  signal: AbortSignal
): Promise<void> {
  await executor.proposePlan(
    {
      incidentId,
      action,
      target: { kind: target.kind, name: target.name, ...(target.peer ? { peer: target.peer } : {}) },
      parameters: { ...parameters },
      rationale: rationale.slice(0, 1000),
      confidence,
      expectedSeconds,
      verification: verification.slice(0, 8).map((check) => ({ ...check })),
      ...affected(graph, target.name),
    },
    signal
  );
}

async function proposeRunbooks(
  { executor, incidentId, report, graph }: ProposalTask,
  plans: readonly PlanRecord[],
  signal: AbortSignal
): Promise<number> {
  const { items } = await executor.listSuggestions(incidentId, signal);
  const cause = report.hypotheses[0];
  const ready = items.filter(
    ({ runbook, risk, missing }) =>
      risk !== null && missing.length === 0 && !plans.some((plan) => plan.runbook?.name === runbook.name)
  );
  let proposed = 0;
  for (const suggestion of ready) {
    const body = {
      incidentId,
      runbook: { name: suggestion.runbook.name, version: suggestion.runbook.version },
      parameters: { ...suggestion.parameters },
      rationale: rationaleOf(suggestion),
      confidence: cause?.confidence ?? 0,
      ...(cause ? affected(graph, cause.service) : {}),
    };
    proposed += (await isTaken(() => executor.proposeRunbook(body, signal))) ? 1 : 0;
  }
  return proposed;
}

function rationaleOf({ why, decision }: RunbookSuggestion): string {
  return `${why.join('; ')} (${decision.source}, confidence ${decision.confidence})`.slice(0, 1000);
}

/** Everything that calls the service directly or on the way, and the service itself; nothing when the graph lacks it. */
function affected(graph: ServiceGraph, service: string): { readonly affectedServices?: number } {
  return graph.nodes.some(({ name }) => name === service)
    ? { affectedServices: 1 + blastRadius(graph, service).length }
    : {};
}

/** False when the executor refuses for a reason that is none of a failure. */
async function isTaken(propose: () => Promise<unknown>): Promise<boolean> {
  try {
    await propose();
    return true;
  } catch (error) {
    if (error instanceof ExecutorRefusal && NOT_HERE.has(error.refusal)) {
      return false;
    }
    throw error;
  }
}
