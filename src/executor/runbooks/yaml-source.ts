import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
} from 'yaml';
import type { RunbookProblem } from './problem.ts';
import { fieldOf } from './problem.ts';

/** Longest text that is looked at, in characters. */
export const MAX_YAML_CHARACTERS = 65_536;
const MAX_PATH = 40;
const MAX_BRACKETS = 40;
const MAX_KEYS = 500;
/** Characters that begin a value, a key or a line: the parser's work grows with them. */
const MAX_INDICATORS = 5000;
/** Entries within entries on one line. */
const COMPACT_NEST = /(?:[-?:][ \t]+){40}/;
/** Control characters but tab and line break, and characters that change how a line is read without being seen. */
const INVISIBLE = new RegExp(
  '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f' +
    '\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]',
  'u'
);
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

type Path = readonly (string | number)[];

/** A YAML text as plain data, and where each part of it stands. */
export interface YamlSource {
  readonly value: unknown;
  /** Place of a value, or of the nearest part around it that exists. */
  problem(path: Path, message: string, remedy: string): RunbookProblem;
}

/** Why a text is not accepted as YAML. */
export class YamlRefused extends Error {
  override readonly name = 'YamlRefused';
  readonly problem: RunbookProblem;

  constructor(problem: RunbookProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Reads one YAML document strictly: no anchors, aliases, tags, merge keys, repeated keys, prototype keys or invisible
 * characters, numbers that JSON can hold only. Takes time in proportion to the text, whatever is in it.
 * @throws YamlRefused with line, column and remedy
 */
export function readYamlSource(text: string, source: string): YamlSource {
  const refuse = (message: string, remedy: string, line = 0, column = 0): never => {
    throw new YamlRefused({ source, line, column, field: '', message, remedy });
  };
  if (text.length > MAX_YAML_CHARACTERS) {
    refuse(
      `the file has ${text.length} characters`,
      `Keep it below ${MAX_YAML_CHARACTERS}; split it into several runbooks.`
    );
  }
  const lines = new LineCounter();
  const at = (offset: number): readonly [number, number] => {
    const { line, col } = lines.linePos(offset);
    return [Math.max(1, line), Math.max(1, col)];
  };
  const invisible = INVISIBLE.exec(text);
  if (invisible) {
    const before = text.slice(0, invisible.index).split('\n');
    const code = invisible[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '?';
    refuse(
      `the character U+${code} cannot be seen`,
      'Remove it; write text without control and direction characters.',
      before.length,
      (before.at(-1)?.length ?? 0) + 1
    );
  }
  const document = parse(text, lines, refuse);
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) {
    refuse(firstLine(fault.message), 'Correct the YAML.', ...at(fault.pos[0]));
  }
  refuseTricks(document, (offset, message, remedy) => refuse(message, remedy, ...at(offset)));
  return {
    value: document.toJS({ maxAliasCount: 0 }) as unknown,
    problem(path, message, remedy) {
      const [line, column] = at(offsetOf(document, path));
      return { source, line, column, field: fieldOf(path), message, remedy };
    },
  };
}

type Refuse = (message: string, remedy: string, line?: number, column?: number) => never;

function parse(text: string, lineCounter: LineCounter, refuse: Refuse): Document.Parsed {
  // The parser takes time with the square of the depth: what is deep is not parsed.
  if (bracketDepth(text) > MAX_BRACKETS || COMPACT_NEST.test(text)) {
    refuse('it is nested too deeply', 'A runbook is nested at most ten levels deep.');
  }
  if ((text.match(/[,:?\n&*!\]}"'-]/g)?.length ?? 0) > MAX_INDICATORS) {
    refuse('the file has too many values', 'Split it into several runbooks.');
  }
  // Repeated keys are looked for below, and pretty errors left out: both take time with the square of their number.
  const options = { schema: 'core', merge: false, uniqueKeys: false, stringKeys: true, prettyErrors: false } as const;
  let documents;
  try {
    documents = parseAllDocuments(text, { ...options, lineCounter });
  } catch {
    return refuse('it is nested too deeply, or is no YAML at all', 'Correct the YAML.');
  }
  const [first, second] = Array.isArray(documents) ? documents : [];
  if (!first || first.contents === null) {
    return refuse('the file is empty', 'Write one runbook into it.');
  }
  if (second) {
    return refuse('the file holds several documents (---)', 'Keep one runbook in a file.');
  }
  return first;
}

/** How many brackets are open at once, at most; those inside texts count as well. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function refuseTricks(
  document: Document.Parsed,
  refuseAt: (offset: number, message: string, remedy: string) => never
): void {
  visit(document, {
    Node: (_key, node, path) => {
      const offset = node.range?.[0] ?? 0;
      if (path.length > MAX_PATH) {
        refuseAt(offset, 'it is nested too deeply', 'A runbook is nested at most ten levels deep.');
      }
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
        refuseAt(offset, 'anchors and aliases (& and *) are not accepted', 'Repeat the text.');
      }
      if (node.tag !== undefined && node.tag.startsWith('!')) {
        refuseAt(offset, 'tags (!) are not accepted', 'Write plain values.');
      }
      if (isScalar(node)) {
        refuseScalar(node.value, offset, refuseAt);
      }
      if (isMap(node)) {
        refuseKeys(node.items, refuseAt);
      }
    },
  });
}

function refuseScalar(
  value: unknown,
  offset: number,
  refuseAt: (offset: number, message: string, remedy: string) => never
): void {
  if (typeof value === 'number' && !isPlainNumber(value)) {
    refuseAt(offset, 'this number is too large or not finite', 'Write a number that is exact.');
  }
  if (typeof value === 'string' && INVISIBLE.test(value)) {
    refuseAt(offset, 'this text has characters that cannot be seen', 'Write text without control characters.');
  }
}

function refuseKeys(
  items: readonly { readonly key: unknown }[],
  refuseAt: (offset: number, message: string, remedy: string) => never
): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
    if (name === undefined) {
      refuseAt(offset, 'a key is no text', 'Write a plain name before the colon.');
    } else if (PROTOTYPE_KEYS.has(name)) {
      refuseAt(offset, `"${name}" is not accepted as a key`, 'Choose another name.');
    } else if (seen.has(name)) {
      refuseAt(offset, `the key ${JSON.stringify(name.slice(0, 60))} is there twice`, 'Keep one of them.');
    } else if (seen.size >= MAX_KEYS) {
      refuseAt(offset, `an object has more than ${MAX_KEYS} keys`, 'Keep fewer.');
    } else {
      seen.add(name);
    }
  }
}

function isPlainNumber(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** Offset of the value at a path; of its key where the value is a block; of what is around it where it is missing. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === part);
      if (!pair) {
        break;
      }
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = typeof part === 'number' ? node.items[part] : undefined;
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? 'is no YAML').slice(0, 200);
}
