import type { ParamRef, StepDeclaration } from '../runbook.ts';

/** What became of one command: a typed step, or why not, and whether it would have changed nothing. */
export type Converted =
  | { readonly step: Omit<StepDeclaration, 'id'>; readonly note: string }
  | { readonly refused: string; readonly onlyReads?: true };

/** Variables of the former format that have a typed parameter here. */
export const VARIABLES: Readonly<Record<string, 'pod' | 'namespace' | 'deployment' | 'container'>> = {
  pod: 'pod',
  namespace: 'namespace',
  deployment: 'deployment',
  container: 'container',
};

const TEMPLATE = /^\{\{\s*\.([a-z][A-Za-z0-9_-]*)\s*\}\}$/;
const NAME = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;
const WORKLOADS: Readonly<Record<string, 'Deployment' | 'StatefulSet'>> = {
  deployment: 'Deployment',
  deployments: 'Deployment',
  deploy: 'Deployment',
  statefulset: 'StatefulSet',
  sts: 'StatefulSet',
};
const SHELL = 'a shell is never started, and text is never put into a command';

/**
 * Turns one `kubectl` command into a typed action, if it is one of the few whose whole meaning is known: delete a pod, set a
 * memory limit, scale, restart, roll back. Anything more or less than their exact form is refused.
 */
export function convertCommand(command: string): Converted {
  const words = splitWords(command);
  if (words === undefined) {
    return { refused: `${SHELL}; quotes are not closed` };
  }
  if (words.some((word) => /^[|&;<>]|[|;`]|\$\(|^\d?>/.test(word.replace(/^'[\s\S]*'$/, '')))) {
    return refusalOf(words);
  }
  const [program, ...rest] = words;
  if (program !== 'kubectl') {
    return { refused: `${SHELL}; "${(program ?? '').slice(0, 40)}" is no action` };
  }
  const parsed = parseArguments(rest);
  if (parsed === undefined) {
    return refusalOf(words);
  }
  return convertKubectl(parsed) ?? refusalOf(words);
}

/** A command that only reads may be left out; one pipe or two commands on a line, and nobody knows what it does. */
function refusalOf(words: readonly string[]): Converted {
  const [program, verb = ''] = words;
  const reads = program === 'kubectl' && ['logs', 'describe', 'get', 'top', 'events'].includes(verb);
  if (reads && !words.some((word) => /[|;`&]|\$\(/.test(word))) {
    const file = words.some((word) => word.startsWith('>')) ? ', and no file is written on the executor' : '';
    const why = `${SHELL}${file}; "kubectl ${verb}" only reads: the incident has logs, events and metrics as evidence`;
    return { refused: why, onlyReads: true };
  }
  return { refused: `${SHELL}; there is no typed action with the meaning of this command` };
}

interface Arguments {
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

const FLAGS: Readonly<Record<string, string>> = {
  '-n': 'namespace',
  '--namespace': 'namespace',
  '-p': 'patch',
  '--patch': 'patch',
  '--replicas': 'replicas',
  '--to-revision': 'revision',
};

function parseArguments(rest: readonly string[]): Arguments | undefined {
  const words: string[] = [];
  const flags = new Map<string, string>();
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? '';
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const [, name = word, attached] = /^(--?[a-z-]+)=([\s\S]*)$/.exec(word) ?? [];
    const flag = FLAGS[name];
    const value = attached ?? rest[(index += 1)];
    if (flag === undefined || value === undefined || flags.has(flag)) {
      return undefined;
    }
    flags.set(flag, unquote(value));
  }
  return { words, flags };
}

function convertKubectl({ words, flags }: Arguments): Converted | undefined {
  const [verb, ...objects] = words;
  const namespace = nameOrParam(flags.get('namespace') ?? '');
  if (namespace === undefined) {
    return { refused: `${SHELL}; a typed action needs the namespace as a name or a known variable (-n)` };
  }
  const only = (...allowed: readonly string[]): boolean => [...flags.keys()].every((flag) => allowed.includes(flag));
  if (verb === 'delete' && only('namespace')) {
    return convertDelete(objects, namespace);
  }
  if (verb === 'patch' && only('namespace', 'patch')) {
    return convertPatch(objects, namespace, flags.get('patch') ?? '');
  }
  if (verb === 'scale' && only('namespace', 'replicas')) {
    return convertScale(objects, namespace, flags.get('replicas') ?? '');
  }
  if (verb === 'rollout' && only('namespace', 'revision')) {
    return convertRollout(objects, namespace, flags.get('revision'));
  }
  return undefined;
}

type Name = string | ParamRef;

function convertDelete(objects: readonly string[], namespace: Name): Converted | undefined {
  const [kind, name] = kindAndName(objects);
  return (kind === 'pod' || kind === 'pods' || kind === 'po') && name !== undefined
    ? {
        step: { action: 'k8s.deletePod', target: { namespace, name } as never },
        note: 'deletes the pod through the API',
      }
    : undefined;
}

function convertScale(objects: readonly string[], namespace: Name, replicas: string): Converted | undefined {
  const target = workload(objects, namespace);
  return target && /^[1-9][0-9]{0,3}$/.test(replicas)
    ? {
        step: { action: 'k8s.scale', target: target as never, with: { replicas: Number(replicas) } },
        note: 'sets the number of replicas through the API',
      }
    : undefined;
}

function convertRollout(objects: readonly string[], namespace: Name, revision?: string): Converted | undefined {
  const [verb, ...rest] = objects;
  const target = workload(rest, namespace);
  if (target && verb === 'restart' && revision === undefined) {
    return { step: { action: 'k8s.restart', target: target as never }, note: 'restarts through the API' };
  }
  if (target?.kind === 'Deployment' && verb === 'undo' && /^[0-9]{0,9}$/.test(revision ?? '')) {
    const given = Number(revision ?? 0) > 0 ? { with: { revision: Number(revision) } } : {};
    return { step: { action: 'k8s.rollback', target: target as never, ...given }, note: 'rolls back through the API' };
  }
  return undefined;
}

function convertPatch(objects: readonly string[], namespace: Name, patch: string): Converted | undefined {
  const target = workload(objects, namespace);
  const limit = memoryOf(patch);
  const container = nameOrParam(limit?.container ?? '');
  if (!target || !limit || container === undefined) {
    return undefined;
  }
  const [, factor] = /^\{\{\s*\.current_memory\s*\*\s*([0-9]+(?:\.[0-9]+)?)\s*\}\}$/.exec(limit.memory) ?? [];
  const literal = /^[1-9][0-9]{0,11}(Ki|Mi|Gi|Ti|k|M|G|T)?$/.test(limit.memory);
  if (factor === undefined && !literal) {
    return undefined;
  }
  const size = factor === undefined ? { limit: limit.memory } : { factor: Number(factor) };
  return {
    step: { action: 'k8s.setMemory', target: target as never, with: { container, ...size } as never },
    note:
      factor === undefined
        ? 'sets the memory limit through the API'
        : `sets the memory limit to ${factor} times the one that is in place, through the API`,
  };
}

/** Container and memory limit, if that is all that a patch contains. */
function memoryOf(patch: string): { readonly container: string; readonly memory: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(patch);
  } catch {
    return undefined;
  }
  const containers = onlyKey(onlyKey(onlyKey(onlyKey(value, 'spec'), 'template'), 'spec'), 'containers');
  const [container, second] = Array.isArray(containers) ? (containers as unknown[]) : [];
  if (second !== undefined || typeof container !== 'object' || container === null) {
    return undefined;
  }
  const { name, resources, ...more } = container as Readonly<Record<string, unknown>>;
  const memory = onlyKey(onlyKey(resources, 'limits'), 'memory');
  return typeof name === 'string' && typeof memory === 'string' && Object.keys(more).length === 0
    ? { container: name, memory }
    : undefined;
}

function onlyKey(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === key
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function workload(objects: readonly string[], namespace: Name) {
  const [word, name] = kindAndName(objects);
  const kind = WORKLOADS[word ?? ''];
  return kind !== undefined && name !== undefined ? { namespace, kind, name } : undefined;
}

/** `deployment x` or `deployment/x`, and nothing after it. */
function kindAndName(objects: readonly string[]): readonly [string | undefined, Name | undefined] {
  const [first = '', second, third] = objects;
  const slash = first.indexOf('/');
  const [kind, name, extra] =
    slash > 0 ? [first.slice(0, slash), first.slice(slash + 1), second] : [first, second, third];
  return extra === undefined ? [kind, nameOrParam(name ?? '')] : [undefined, undefined];
}

function nameOrParam(word: string): Name | undefined {
  const [, variable] = TEMPLATE.exec(word) ?? [];
  if (variable !== undefined) {
    return Object.hasOwn(VARIABLES, variable) ? { $param: variable } : undefined;
  }
  return NAME.test(word) ? word : undefined;
}

/** Words as a shell would split them, with templates kept whole; undefined when a quote is not closed. */
function splitWords(command: string): readonly string[] | undefined {
  const words = command.match(/(?:\{\{[^{}]*\}\}|'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const length = words.join('').length;
  return length ===
    command.replace(/\{\{[^{}]*\}\}|'[^']*'|"[^"]*"|\s+/g, (part) => (/^\s/.test(part) ? '' : part)).length
    ? words
    : undefined;
}

function unquote(word: string): string {
  return /^'[^']*'$|^"[^"]*"$/.test(word) ? word.slice(1, -1) : word;
}
