import { stringify } from 'yaml';
import type { RunbookProblem } from '../problem.ts';
import type {
  CheckDeclaration,
  ComparisonOperator,
  NotificationDeclaration,
  Runbook,
  StepDeclaration,
  Trigger,
} from '../runbook.ts';
import { isParamRef } from '../runbook.ts';
import { readYamlSource, YamlRefused, type YamlSource } from '../yaml-source.ts';
import { convertCommand, VARIABLES } from './legacy-command.ts';
import { convertCondition, convertQuery } from './legacy-query.ts';
import { LineReport, type ReportLine } from './line-report.ts';
import { splitCommands } from './split-commands.ts';

/** What became of a file of the former format. */
export type ImportResult =
  | {
      readonly ok: true;
      /** The new file. */
      readonly yaml: string;
      readonly runbook: Runbook;
      /** One entry for each line of the file that says something. */
      readonly report: readonly ReportLine[];
      /** What the former format has no word for and was added, by field. */
      readonly added: readonly { readonly field: string; readonly why: string }[];
    }
  | { readonly ok: false; readonly problems: readonly RunbookProblem[]; readonly report: readonly ReportLine[] };

type Fields = Readonly<Record<string, unknown>>;

const OPERATORS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);

/**
 * Imports a runbook of the former format (`trigger`, `conditions`, `actions`, `notification`), unchanged. What has an exact
 * typed meaning is converted; everything else is refused, line by line, with the reason. Nothing is run.
 */
export function importLegacy(text: string, source: string): ImportResult {
  const report = new LineReport(text);
  let yaml: YamlSource;
  try {
    yaml = readYamlSource(text, source);
  } catch (error) {
    if (error instanceof YamlRefused) {
      return { ok: false, problems: [error.problem], report: [] };
    }
    throw error;
  }
  const importer = new Importer(yaml, report);
  const runbook = importer.convert();
  if (!runbook) {
    const remedy = 'Write the steps as typed actions; see docs/user/runbooks.md.';
    const problem = yaml.problem(['spec'], 'nothing in it has a typed meaning', remedy);
    return { ok: false, problems: [problem], report: report.lines() };
  }
  const head = `# Imported from ${source.replace(/[^\w./ -]/g, '?').slice(0, 120)}. Look at policy, verify and what was refused before it is used.\n`;
  return {
    ok: true,
    yaml: head + stringify(runbook, { lineWidth: 120, aliasDuplicateObjects: false }),
    runbook,
    report: report.lines(),
    added: importer.added,
  };
}

class Importer {
  readonly added: { readonly field: string; readonly why: string }[] = [];
  /** Restrictions that could not be converted: a person confirms them before anything else happens. */
  private readonly byHand: StepDeclaration[] = [];
  private readonly yaml: YamlSource;
  private readonly report: LineReport;

  constructor(yaml: YamlSource, report: LineReport) {
    this.yaml = yaml;
    this.report = report;
  }

  convert(): Runbook | undefined {
    const root = fieldsOf(this.yaml.value);
    const metadata = fieldsOf(root['metadata']);
    const spec = fieldsOf(root['spec']);
    this.known([], root, { apiVersion: 'apiVersion', kind: 'kind', metadata: 'metadata', spec: 'spec' });
    this.known(['metadata'], metadata, { name: 'metadata.name' });
    this.known(['spec'], spec, {
      trigger: 'spec.triggers',
      conditions: 'spec.preconditions',
      actions: 'spec.steps',
      notification: 'spec.notifications',
    });
    const name = slug(String(metadata['name'] ?? ''));
    const triggers = this.triggers(fieldsOf(spec['trigger']));
    const preconditions = this.conditions(listOf(spec['conditions']));
    const steps = [...this.byHand, ...this.actions(listOf(spec['actions']))];
    const notifications = this.notifications(fieldsOf(spec['notification']));
    if (steps.every(({ action }) => action === 'query' || action === 'manual') || name === '') {
      return undefined;
    }
    return this.assemble(name, triggers, preconditions, withOwnIds(steps), notifications);
  }

  private triggers(trigger: Fields): readonly Trigger[] {
    const match = Object.entries(trigger).flatMap(([label, value]) => {
      const path = ['spec', 'trigger', label];
      if (typeof value !== 'string' || !/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/.test(label) || value.includes('{{')) {
        this.refuse(path, 'a trigger compares a label with a plain text');
        return [];
      }
      this.convertTo(path, 'spec.triggers[0].match', `the label "${label}" must be "${value}"`);
      return [{ label, op: '=' as const, value }];
    });
    // With a part of its trigger missing it would be proposed for other alerts: then rather for none.
    return match.length > 0 && match.length === Object.keys(trigger).length ? [{ source: 'grafana-alert', match }] : [];
  }

  private conditions(conditions: readonly unknown[]): readonly CheckDeclaration[] {
    return conditions.flatMap((item, index) => {
      const path = ['spec', 'conditions', index];
      const { type, operator, value, ...more } = fieldsOf(item);
      const query = typeof type === 'string' ? convertCondition(type) : undefined;
      if (!query || !OPERATORS.has(String(operator)) || typeof value !== 'number' || Object.keys(more).length > 0) {
        this.refuse(path, 'this condition has no known query; a person is asked instead, until it is a precondition');
        this.askPerson(path, 'condition', `condition-${index + 1}`, '');
        return [];
      }
      const name = `${slug(String(type))}${index === 0 ? '' : `-${index + 1}`}`;
      this.convertTo(path, `spec.preconditions[${index}]`, `asked as ${query.query}, right before the first effect`);
      return [{ name, ...query, op: operator as ComparisonOperator, value }];
    });
  }

  private actions(actions: readonly unknown[]): readonly StepDeclaration[] {
    const steps: StepDeclaration[] = [];
    actions.forEach((item, index) => {
      const path = ['spec', 'actions', index];
      const action = fieldsOf(item);
      this.known(path, action, { name: 'id', type: 'action', condition: 'if', command: 'action', query: 'with.query' });
      const condition = this.condition(path, action['condition'], steps);
      const id = slug(String(action['name'] ?? '')) || `step-${index + 1}`;
      if (condition === null) {
        this.refuse(path, 'its condition is not known, so it would run when it must not; a person is asked instead');
        steps.push(this.manualStep(path, 'action', id, ''));
        return;
      }
      const made =
        action['type'] === 'prometheus' ? this.query(path, action['query']) : this.commands(path, action['command']);
      if (made === undefined) {
        steps.push(this.manualStep(path, 'action', id, condition));
        return;
      }
      made.forEach((step, at) =>
        steps.push({
          id: made.length > 1 ? `${id}-${at + 1}` : id,
          ...(condition === '' ? {} : { if: condition }),
          ...step,
        })
      );
    });
    return steps;
  }

  private askPerson(path: readonly (string | number)[], what: string, id: string, condition: string): void {
    this.byHand.push(this.manualStep(path, what, id, condition));
  }

  private manualStep(path: readonly (string | number)[], what: string, id: string, condition: string): StepDeclaration {
    const instruction = `The ${what} in line ${this.lineOf(path)} of the imported file could not be converted. See to it by hand before going on.`;
    return { id, ...(condition === '' ? {} : { if: condition }), action: 'manual', with: { instruction } };
  }

  /** Empty: always; null: it cannot be expressed. */
  private condition(
    path: readonly (string | number)[],
    value: unknown,
    steps: readonly StepDeclaration[]
  ): string | null {
    if (value === undefined) {
      return '';
    }
    const [, id = '', truth] = /^\{\{\s*\.([a-z0-9-]+)\.result\s*==\s*(true|false)\s*\}\}$/.exec(String(value)) ?? [];
    if (!steps.some((step) => step.id === id && step.action === 'query')) {
      this.refuse([...path, 'condition'], 'it names no query before it');
      return null;
    }
    const expression = `${truth === 'false' ? '!' : ''}steps["${id}"].passed`;
    this.convertTo([...path, 'condition'], 'if', `becomes ${expression}`);
    return expression;
  }

  private query(path: readonly (string | number)[], text: unknown): readonly Omit<StepDeclaration, 'id'>[] {
    const at = [...path, 'query'];
    const converted = convertQuery(String(text ?? ''));
    if ('refused' in converted) {
      this.refuseBlock(at, text, converted.refused);
      return [];
    }
    this.report.block(this.lineOf(at), String(text), 'converted', 'with.query', `asked as ${converted.query}`);
    return [{ action: 'query', with: { ...converted, onFalse: 'continue' } as never }];
  }

  /** Undefined: something that changes things was refused, so nothing of the action is done without it. */
  private commands(
    path: readonly (string | number)[],
    text: unknown
  ): readonly Omit<StepDeclaration, 'id'>[] | undefined {
    const first = this.report.contentLine(this.lineOf([...path, 'command']));
    const parts = splitCommands(String(text ?? '')).map((part) => ({
      ...part,
      converted: convertCommand(part.command),
    }));
    const refusals = parts.filter(({ converted }) => 'refused' in converted && !converted.onlyReads);
    const isBroken = parts.length === 0 || refusals.length > 0;
    const steps = parts.flatMap(({ converted, from, to }) => {
      if ('refused' in converted) {
        this.report.range(first + from, first + to, 'refused', '', converted.refused);
        return [];
      }
      if (isBroken) {
        const why = 'another command of this action was refused; a part of it is not done alone';
        this.report.range(first + from, first + to, 'refused', '', why);
        return [];
      }
      this.report.range(first + from, first + to, 'converted', converted.step.action, converted.note);
      return [converted.step];
    });
    if (steps.length === 0) {
      this.refuse([...path, 'name'], 'no command of it has a typed meaning, so it is no step');
    }
    return isBroken ? undefined : steps;
  }

  private notifications(notification: Fields): readonly NotificationDeclaration[] {
    return Object.entries(notification).flatMap(([kind, value]) => {
      const path = ['spec', 'notification', kind];
      const { channel, message, ...more } = fieldsOf(value);
      const name = slug(String(channel ?? ''));
      if (typeof channel !== 'string' || name === '' || Object.keys(more).length > 0) {
        this.refuse(path, 'a notification needs a channel, and knows nothing but channel and message');
        return [];
      }
      this.convertTo(
        [...path, 'channel'],
        'spec.notifications[0].channel',
        `the channel "${name}" must be configured on the executor as ${kind}`
      );
      const plain = typeof message === 'string' && !message.includes('{{') ? message.trim() : undefined;
      if (plain === undefined && message !== undefined) {
        const why = 'texts are not filled in; the notice names target, action and result by itself';
        this.refuseBlock([...path, 'message'], message, why);
      }
      const on = ['approval-requested', 'succeeded', 'failed', 'rolled-back', 'needs-human'] as const;
      return [{ channel: name, on: [...on], ...(plain === undefined ? {} : { template: plain }) }];
    });
  }

  private assemble(
    name: string,
    triggers: readonly Trigger[],
    preconditions: readonly CheckDeclaration[],
    steps: readonly StepDeclaration[],
    notifications: readonly NotificationDeclaration[]
  ): Runbook {
    const used = new Set(paramsIn([preconditions, steps]));
    const verify = verification(used);
    const parameters = Object.fromEntries(
      Object.entries(VARIABLES)
        .filter(([variable]) => used.has(variable))
        .map(([variable, type]) => [variable, { type, fromLabel: variable }])
    );
    const add = (field: string, why: string): void => void this.added.push({ field, why });
    add('metadata.version', 'the former format has no versions');
    add('spec.parameters', 'variables become typed parameters, taken from labels of the same name');
    add('spec.policy', 'the former format has no approval: two persons, a cool-down and a deadline are asked for');
    add('spec.verify', 'the former format does not look whether it helped; raise or narrow the check');
    return {
      apiVersion: 'aiops.io/v1',
      kind: 'Runbook',
      metadata: { name, version: 1 },
      spec: {
        ...(triggers.length > 0 ? { triggers } : {}),
        parameters,
        ...(preconditions.length > 0 ? { preconditions } : {}),
        policy: {
          risk: 'high',
          approval: { mode: 'four-eyes', ttl: '30m' },
          cooldown: '30m',
          concurrency: { key: 'target', max: 1 },
          deadline: '30m',
        },
        steps,
        verify: { settle: '60s', timeout: '10m', interval: '30s', consecutive: 3, checks: [verify], onFailure: 'hold' },
        ...(notifications.length > 0 ? { notifications } : {}),
      },
    };
  }

  private known(path: readonly (string | number)[], fields: Fields, to: Readonly<Record<string, string>>): void {
    for (const key of Object.keys(fields)) {
      const target = Object.hasOwn(to, key) ? to[key] : undefined;
      if (target === undefined) {
        this.refuse([...path, key], 'the importer does not know this key');
      } else {
        this.convertTo([...path, key], target, '');
      }
    }
  }

  private convertTo(path: readonly (string | number)[], to: string, why: string): void {
    this.report.item(this.lineOf(path), 'converted', to, why);
  }

  private refuse(path: readonly (string | number)[], why: string): void {
    this.report.item(this.lineOf(path), 'refused', '', why);
  }

  private refuseBlock(path: readonly (string | number)[], text: unknown, why: string): void {
    this.report.block(this.lineOf(path), String(text), 'refused', '', why);
  }

  private lineOf(path: readonly (string | number)[]): number {
    return this.yaml.problem(path, '', '').line;
  }
}

function verification(used: ReadonlySet<string>): CheckDeclaration {
  return used.has('deployment') && used.has('namespace')
    ? {
        name: 'all-replicas-available',
        query: 'sum(kube_deployment_status_replicas_unavailable{namespace=$namespace,deployment=$deployment})',
        vars: { namespace: { $param: 'namespace' }, deployment: { $param: 'deployment' } },
        op: '<=',
        value: 0,
      }
    : {
        name: 'no-crash-loop',
        query:
          'sum(kube_pod_container_status_waiting_reason{namespace=$namespace,reason="CrashLoopBackOff"}) or vector(0)',
        vars: { namespace: { $param: 'namespace' } },
        op: '<=',
        value: 0,
      };
}

/** Ids that are there twice get a number. */
function withOwnIds(steps: readonly StepDeclaration[]): readonly StepDeclaration[] {
  return steps.map((step, index) =>
    steps.findIndex(({ id }) => id === step.id) === index ? step : { ...step, id: `${step.id}-${index + 1}` }
  );
}

function paramsIn(value: unknown): readonly string[] {
  if (isParamRef(value)) {
    return [value.$param];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(paramsIn) : [];
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
