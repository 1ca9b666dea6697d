import { durationSeconds } from './amounts.ts';
import type { ParameterValue } from './parameter-value.ts';
import type { ParameterDeclaration } from './runbook.ts';

/** What a `$name` of a query may be replaced by, told by where it stands. */
type Place = 'label' | 'range' | 'number';

/** One `$name` in a query. */
interface Variable {
  readonly name: string;
  readonly place: Place;
  readonly start: number;
  readonly end: number;
}

/** Thrown for a query whose variables are not used as they may be, with the reason. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*|\$[A-Za-z0-9_]*|[[\]{}()"'`]/g;
const PLACE_OF: Readonly<Record<string, Place>> = { '{': 'label', '[': 'range', '(': 'number' };
const CLOSED_BY: Readonly<Record<string, string>> = { '}': '{', ']': '[', ')': '(' };
/** Types of parameters that may stand where. Text is quoted and escaped; everything else has a grammar of its own. */
const TYPES: Readonly<Record<Place, ReadonlySet<ParameterDeclaration['type']>>> = {
  label: new Set(['dns1123', 'namespace', 'deployment', 'pod', 'container', 'service', 'enum', 'string']),
  range: new Set(['duration']),
  number: new Set(['integer', 'number']),
};

/**
 * The variables of a query, outside of texts and comments: `{label=$name}` for text, `[$name]` for a duration, `$name` in an
 * expression for a number.
 * @throws QueryRefused for any other `$`, and for brackets that do not match
 */
export function queryVariables(query: string): readonly Variable[] {
  const open: string[] = [];
  const variables: Variable[] = [];
  for (const match of query.matchAll(TOKEN)) {
    const [token] = match;
    if (token.startsWith('$')) {
      variables.push(variableAt(query, token, match.index, open.at(-1)));
    } else if (token in PLACE_OF) {
      open.push(token);
    } else if (token in CLOSED_BY && open.pop() !== CLOSED_BY[token]) {
      throw new QueryRefused(`"${token}" at character ${match.index + 1} closes nothing`);
    } else if (/^["'`]$/.test(token)) {
      throw new QueryRefused(`the text that begins at character ${match.index + 1} has no end`);
    }
  }
  if (open.length > 0) {
    throw new QueryRefused(`"${open.at(-1) ?? ''}" is not closed`);
  }
  return variables;
}

/**
 * A query with its variables replaced, once and for good: a value never becomes more than a label's value, a range or a number.
 * @throws QueryRefused when a variable has no value, or one of another type than its place takes
 */
export function bindQuery(query: string, values: Readonly<Record<string, ParameterValue>>): string {
  let bound = '';
  let at = 0;
  for (const { name, place, start, end } of queryVariables(query)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    bound += query.slice(at, start) + literal(name, place, value);
    at = end;
  }
  return bound + query.slice(at);
}

/** Whether parameters of a type may stand at a place. */
export function fitsPlace(type: ParameterDeclaration['type'], place: Place): boolean {
  return TYPES[place].has(type);
}

/** In words, what a place takes. */
export const PLACE_WORDS: Readonly<Record<Place, string>> = {
  label: 'a name, enum or string parameter',
  range: 'a duration parameter',
  number: 'an integer or number parameter',
};

/** A text of PromQL. Quotes, backslashes, line breaks and control characters are escaped as Go reads them. */
export function quotePromql(text: string): string {
  const escaped = text
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replace(/[\\"]/g, '\\$&')
    .replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  return `"${escaped}"`;
}

function variableAt(query: string, token: string, start: number, bracket: string | undefined): Variable {
  const name = token.slice(1);
  const end = start + token.length;
  const place = bracket === undefined ? 'number' : (PLACE_OF[bracket] ?? 'number');
  if (!/^[a-z][a-zA-Z0-9]{0,39}$/.test(name)) {
    throw new QueryRefused(`"${token}" at character ${start + 1} is no variable; use $name`);
  }
  const before = query.slice(0, start).trimEnd();
  const after = query.slice(end).trimStart();
  if (place === 'label' && (!/(?:[^!=~]=|!=)$/.test(before) || !/^[,}]/.test(after))) {
    throw new QueryRefused(`${token} must be the whole value after = or != of a label`);
  }
  if (place === 'range' && (!/[[:]$/.test(before) || !/^[\]:]/.test(after))) {
    throw new QueryRefused(`${token} must be the whole range between [ and ]`);
  }
  if (place === 'number' && /[\w.)\]}"'$]$/.test(before) && !/\b(?:and|or|unless|bool|offset)$/.test(before)) {
    throw new QueryRefused(`${token} must stand where a number can stand`);
  }
  return { name, place, start, end };
}

function literal(name: string, place: Place, value: ParameterValue | undefined): string {
  if (place === 'label' && typeof value === 'string') {
    return quotePromql(value);
  }
  if (place === 'range' && typeof value === 'string' && durationSeconds(value) !== undefined) {
    return value;
  }
  if (place === 'number' && typeof value === 'number' && Number.isFinite(value)) {
    return value < 0 ? `(${value})` : String(value);
  }
  throw new QueryRefused(`$${name} has no value that fits (${place})`);
}
