import type { ProposalsAnswer, RunbookEntry } from '#contracts';
import type { OfferedRunbook, ToolRow } from '#llm';
import type { ActionKind, ServiceName } from '#model';

/** What the last word of an action's name does, in the terms of proposals. */
const KINDS: Readonly<Record<string, ActionKind>> = {
  scale: 'scale',
  setBounds: 'scale',
  restart: 'restart',
  forceRestart: 'restart',
  deletePod: 'restart',
  rollback: 'rollback',
  rateLimit: 'rate-limit',
  circuitBreak: 'circuit-break',
  setMemory: 'set-memory-limit',
  setMemoryLimit: 'set-memory-limit',
  createIndex: 'create-index',
  ticket: 'notify',
};
const TARGETS = ['deployment', 'service', 'pod'];

/** Runbooks of the catalogue that speak of what is looked for, those that helped before first. */
export function toRunbookRows(
  entries: readonly RunbookEntry[],
  { service = '', text = '' }: { readonly service?: ServiceName; readonly text?: string }
): readonly ToolRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .map((entry) => ({ entry, statement: describe(entry) }))
    .filter(({ statement }) => words.every((word) => statement.toLowerCase().includes(word)))
    .toSorted((left, right) => right.entry.executions.recovered - left.entry.executions.recovered)
    .map(({ entry, statement }) => ({
      source: 'runbook',
      service,
      statement,
      ...(entry.executions.total === 0
        ? {}
        : { observed: entry.executions.recovered / entry.executions.total, unit: 'ratio' as const }),
    }));
}

function describe(entry: RunbookEntry): string {
  const { name, title, risk, approval, steps, triggers, executions, missingActions } = entry;
  const helped =
    executions.total === 0 ? 'never run' : `helped in ${executions.recovered} of ${executions.total} executions`;
  const lacks = missingActions.length === 0 ? '' : `; cannot run here: ${missingActions.join(', ')} not enabled`;
  const done = steps.map((step) => step.title).join(', ');
  return `runbook ${name} (${title}): for ${triggers.join(' or ') || 'anything'}; steps: ${done}; risk ${risk}, approval ${approval}; ${helped}${lacks}`;
}

/**
 * The proposals of the catalogue for an incident, as the model may name them: action and target are resolved here, from the
 * runbook and the parameters that the executor filled. Those that cannot be carried out as they are, are left out.
 */
export function toOffers(proposals: ProposalsAnswer, entries: readonly RunbookEntry[]): readonly OfferedRunbook[] {
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  return proposals.items.flatMap(({ runbook, parameters, missing }): OfferedRunbook[] => {
    const entry = known.get(runbook.name);
    const action = entry?.steps.map(({ action: name }) => KINDS[name.split('.').at(-1) ?? '']).find(Boolean);
    const target = entry?.parameters
      .filter(({ type }) => TARGETS.includes(type))
      .toSorted((left, right) => TARGETS.indexOf(left.type) - TARGETS.indexOf(right.type))
      .map(({ name }) => parameters[name])
      .find((value) => typeof value === 'string' && value !== '');
    return action && typeof target === 'string' && missing.length === 0
      ? [{ id: runbook.name, title: runbook.title, action, target }]
      : [];
  });
}
