import type { CauseKind } from '#model';
import type { CelContext, CelOutcome } from '../cel/cel-expression.ts';
import type { CelRunner } from '../cel/cel-runner.ts';
import { CAUSE_LABEL } from '../check-triggers.ts';
import type { ParameterGap } from '../resolve-parameters.ts';
import { tryParameters } from '../resolve-parameters.ts';
import type { LabelMatch, LoadedRunbook, RunbookRisk, Trigger, TriggerSource } from '../runbook.ts';
import { runbookKey } from '../runbook.ts';

/** What something is to be done about. */
export interface Occasion {
  readonly source: TriggerSource;
  /** Labels of the alert, or of the service and target that an analysis names. */
  readonly labels: Readonly<Record<string, string>>;
  /** Values of the alert, for conditions. */
  readonly values?: Readonly<Record<string, number>>;
  /** Cause that the analysis found; triggers see it as the label `cause`. */
  readonly cause?: CauseKind;
}

/** A runbook that fits, and why. */
export interface RunbookFit {
  readonly loaded: LoadedRunbook;
  /** Higher fits better: how much its trigger asks for. */
  readonly score: number;
  /** One sentence for each condition that holds. */
  readonly why: readonly string[];
  /** Parameters that nobody has a value for yet. */
  readonly missing: readonly ParameterGap[];
  /** Condition in CEL that still has to hold. */
  readonly when?: string;
}

/** A runbook whose trigger fits but whose condition does not hold, or cannot be known. */
export interface RunbookMiss {
  readonly loaded: LoadedRunbook;
  readonly why: string;
}

/** At most this many runbooks are proposed (A5.1). */
export const MAX_PROPOSALS = 3;

/** How much a condition says: one label value says more than a choice, and that more than a beginning. */
const WEIGHTS: Readonly<Record<LabelMatch['op'], number>> = { '=': 4, in: 3, prefix: 2, '!=': 1 };
/** A trigger for the cause of an analysis says more than any label of an alert. */
const CAUSE_WEIGHT = 8;
const RISKS: Readonly<Record<RunbookRisk, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

/**
 * Runbooks that fit an occasion, best first: by what their trigger asks for, then by fewer missing parameters, then by lower
 * risk, then by name. Pure; conditions in CEL are left to {@link proposeRunbooks}.
 * @param actions names of the actions that are enabled; a runbook with any other cannot run here
 */
export function fitRunbooks(
  runbooks: readonly LoadedRunbook[],
  occasion: Occasion,
  actions: ReadonlySet<string>
): readonly RunbookFit[] {
  return runbooks
    .filter(({ runbook }) => runbook.spec.steps.every(({ action }) => actions.has(action)))
    .flatMap((loaded) => fitsOf(loaded, occasion))
    .toSorted(compareFits);
}

/**
 * The runbooks to propose: those that fit and whose conditions hold. A condition that fails or takes too long does not hold.
 * @returns at most three, best first, and which ones a condition kept out
 */
export async function proposeRunbooks(
  runbooks: readonly LoadedRunbook[],
  occasion: Occasion,
  actions: ReadonlySet<string>,
  cel: Pick<CelRunner, 'evaluate'>
): Promise<{ readonly fits: readonly RunbookFit[]; readonly misses: readonly RunbookMiss[] }> {
  const fits: RunbookFit[] = [];
  const misses = new Map<string, RunbookMiss>();
  const context: CelContext = {
    kind: 'alert',
    labels: labelsOf(occasion),
    values: occasion.values ?? {},
  };
  for (const fit of fitRunbooks(runbooks, occasion, actions)) {
    const key = runbookKey(fit.loaded.runbook);
    if (fits.length === MAX_PROPOSALS) {
      break;
    }
    if (fits.some(({ loaded }) => runbookKey(loaded.runbook) === key)) {
      continue;
    }
    const outcome = await conditionOf(fit, context, cel);
    if (outcome.kind === 'value' && outcome.value) {
      misses.delete(key);
      fits.push(fit.when === undefined ? fit : { ...fit, why: [...fit.why, `${fit.when} holds`] });
    } else {
      const why = outcome.kind === 'value' ? 'does not hold' : `cannot be known: ${outcome.reason}`;
      misses.set(key, { loaded: fit.loaded, why: `${fit.when ?? ''} ${why}` });
    }
  }
  return { fits, misses: [...misses.values()] };
}

async function conditionOf(
  fit: RunbookFit,
  context: CelContext,
  cel: Pick<CelRunner, 'evaluate'>
): Promise<CelOutcome> {
  return fit.when === undefined ? { kind: 'value', value: true } : cel.evaluate(fit.when, { kind: 'alert' }, context);
}

/** One fit for each trigger that matches; several of one runbook may differ in their conditions. */
function fitsOf(loaded: LoadedRunbook, occasion: Occasion): readonly RunbookFit[] {
  const labels = labelsOf(occasion);
  const { gaps } = tryParameters(loaded.runbook, { labels });
  return (loaded.runbook.spec.triggers ?? []).flatMap((trigger) => {
    const source = trigger.source ?? 'grafana-alert';
    if (source !== occasion.source || !trigger.match.every((match) => holds(match, labels))) {
      return [];
    }
    return [
      {
        loaded,
        score: scoreOf(trigger),
        why: trigger.match.map((match) => sentenceOf(match, labels)),
        missing: gaps,
        ...(trigger.when === undefined ? {} : { when: trigger.when }),
      },
    ];
  });
}

function labelsOf({ labels, cause }: Occasion): Readonly<Record<string, string>> {
  const { [CAUSE_LABEL]: _, ...others } = labels;
  // Only the analysis says what the cause is: a label of an alert does not.
  return cause === undefined ? others : { ...others, [CAUSE_LABEL]: cause };
}

/** As Prometheus has it, a label that is missing is empty. */
function holds({ label, op, value }: LabelMatch, labels: Readonly<Record<string, string>>): boolean {
  const actual = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  switch (op) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case 'in':
      return Array.isArray(value) && value.includes(actual);
    case 'prefix':
      return typeof value === 'string' && actual.startsWith(value);
  }
}

function scoreOf({ match, when }: Trigger): number {
  const labels = match.map(({ label, op }) => (label === CAUSE_LABEL ? CAUSE_WEIGHT : 0) + WEIGHTS[op]);
  return labels.reduce((sum, weight) => sum + weight, when === undefined ? 0 : 1);
}

function sentenceOf({ label, op, value }: LabelMatch, labels: Readonly<Record<string, string>>): string {
  const actual = Object.hasOwn(labels, label) ? `"${labels[label] ?? ''}"` : 'not there';
  switch (op) {
    case '=':
      return `${label} is ${actual}`;
    case '!=':
      return `${label} is ${actual}, not "${String(value)}"`;
    case 'in':
      return `${label} is ${actual}, one of ${[value].flat().join(', ')}`;
    case 'prefix':
      return `${label} is ${actual}, which begins with "${String(value)}"`;
  }
}

function compareFits(a: RunbookFit, b: RunbookFit): number {
  const nameOf = ({ loaded }: RunbookFit): string => loaded.runbook.metadata.name;
  return (
    b.score - a.score ||
    a.missing.length - b.missing.length ||
    RISKS[a.loaded.runbook.spec.policy.risk] - RISKS[b.loaded.runbook.spec.policy.risk] ||
    (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0) ||
    b.loaded.runbook.metadata.version - a.loaded.runbook.metadata.version
  );
}
