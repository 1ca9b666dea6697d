import type { AutonomyLevel, RunbookEntry, RunbookParameter, RunbooksAnswer } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { STEPS_UP } from '../guards/autonomy.ts';
import type { PastExecution } from '../store/execution-store.ts';
import { autonomyOf } from './autonomy-of.ts';
import type { LoadedRunbook, ParameterDeclaration, Trigger } from './runbook.ts';

const HISTORY = 500;

/** Every runbook in its newest version: what it does, what it needs, what it has earned, and what is wrong with files. */
export async function listRunbooks(
  context: Pick<ExecutorContext, 'runbooks' | 'actions' | 'ledger' | 'policy'>
): Promise<RunbooksAnswer> {
  const history = await context.ledger.read.executions.history(HISTORY);
  return {
    items: context.runbooks.latest().map((loaded) => toEntry(context, loaded, history)),
    problems: context.runbooks
      .problems()
      .map(({ source, line, field, message, remedy }) => ({ source, line, field, message, remedy })),
  };
}

function toEntry(
  { actions, policy }: Pick<ExecutorContext, 'actions' | 'policy'>,
  { runbook, digest, source }: LoadedRunbook,
  history: readonly PastExecution[]
): RunbookEntry {
  const { metadata, spec } = runbook;
  const ran = history.filter(({ action, acted }) => acted && action === metadata.name);
  return {
    name: metadata.name,
    version: metadata.version,
    title: metadata.title ?? metadata.name,
    owner: metadata.owner ?? '',
    digest,
    source,
    missingActions: [...new Set(spec.steps.map(({ action }) => action))].filter((name) => !actions.byName.has(name)),
    risk: spec.policy.risk,
    approval: spec.policy.approval.mode,
    parameters: Object.entries(spec.parameters).map(([name, declaration]) => toParameter(name, declaration)),
    steps: spec.steps.map((step) => {
      const action = actions.byName.get(step.action);
      return {
        id: step.id,
        action: step.action,
        title: action?.title ?? step.action,
        reversible: action?.reversible ?? false,
        destructive: action?.destructive ?? false,
        condition: step.if ?? null,
        ttl: step.ttl ?? null,
      };
    }),
    triggers: (spec.triggers ?? []).map(triggerText),
    // Without a target yet: what it has earned where it ran last.
    autonomy: withNeed(autonomyOf(history, metadata.name, ran[0]?.target.namespace, policy.autonomy), policy.autonomy),
    executions: { total: ran.length, recovered: ran.filter(({ outcome }) => outcome === 'recovered').length },
  };
}

function withNeed(
  earned: { readonly level: AutonomyLevel; readonly inARow: number },
  { ceiling }: ExecutorContext['policy']['autonomy']
): RunbookEntry['autonomy'] {
  const { level } = earned;
  return { ...earned, needed: level === 'auto' || level === ceiling ? null : STEPS_UP[level] };
}

function toParameter(name: string, declaration: ParameterDeclaration): RunbookParameter {
  const { type, description = '', required = true, fromLabel = null } = declaration;
  const bounds = 'max' in declaration ? declaration : undefined;
  return {
    name,
    type,
    description,
    required,
    fromLabel,
    default: declaration.default ?? null,
    minimum: bounds?.min ?? null,
    maximum: bounds?.max ?? null,
    values: declaration.type === 'enum' ? declaration.values : [],
    pattern: declaration.type === 'string' ? declaration.pattern : null,
    maxLength: declaration.type === 'string' ? declaration.maxLength : null,
  };
}

function triggerText({ source = 'grafana-alert', match, when }: Trigger): string {
  const conditions = match.map(({ label, op, value }) => `${label} ${op} ${[value].flat().join(', ')}`);
  return [source, ...conditions, ...(when === undefined ? [] : [when])].join(' · ');
}
