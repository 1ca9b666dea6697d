import type { LabelSet } from '../tsdb/labels.ts';
import { labelValue } from '../tsdb/labels.ts';

/** Labels of a line while it passes through a pipeline. */
export interface LineEntry {
  readonly line: string;
  /** Labels the line came with, which extracted ones do not replace. */
  readonly own: LabelSet;
  /** Labels so far, own ones included. */
  readonly labels: Map<string, string>;
}

/** Label that names the first error of a pipeline. */
export const ERROR_LABEL = '__error__';
const ERROR_DETAILS_LABEL = '__error_details__';
const MAX_DEPTH = 50;

/** Marks the entry as failed, keeping the line. */
export function setError(entry: LineEntry, kind: string, details: string): void {
  if (!entry.labels.has(ERROR_LABEL)) {
    entry.labels.set(ERROR_LABEL, kind);
    entry.labels.set(ERROR_DETAILS_LABEL, details);
  }
}

/** The `json` stage: nested names are joined by `_`, arrays are skipped, numbers keep their spelling. */
export function extractJson(entry: LineEntry): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(entry.line, keepNumber as (key: string, value: unknown) => unknown);
  } catch {
    setError(entry, 'JSONParserErr', 'Malformed JSON error');
    return;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) || parsed instanceof NumberText) {
    setError(entry, 'JSONParserErr', "Value looks like object, but can't find closing '}' symbol");
    return;
  }
  extractObject(entry, parsed, '', 0);
}

/** The `logfmt` stage: `key=value` and `key="quoted value"`; a key without value is skipped. */
export function extractLogfmt(entry: LineEntry): void {
  for (const match of entry.line.matchAll(/([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g)) {
    const [, key, quoted, bare] = match;
    addLabel(entry, sanitize(key ?? ''), quoted === undefined ? (bare ?? '') : unescape(quoted));
  }
}

class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function keepNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value;
}

function extractObject(entry: LineEntry, value: object, prefix: string, depth: number): void {
  for (const [key, member] of Object.entries(value)) {
    const name = prefix === '' ? sanitize(key) : `${prefix}_${sanitizeRest(key)}`;
    if (member instanceof NumberText) {
      addLabel(entry, name, member.text);
    } else if (typeof member === 'string' || typeof member === 'boolean') {
      addLabel(entry, name, String(member));
    } else if (typeof member === 'object' && member !== null && !Array.isArray(member) && depth < MAX_DEPTH) {
      extractObject(entry, member as object, name, depth + 1);
    }
  }
}

function addLabel(entry: LineEntry, name: string, value: string): void {
  const target = labelValue(entry.own, name) !== '' ? `${name}_extracted` : name;
  if (target !== '' && value !== '') {
    entry.labels.set(target, value);
  }
}

function sanitizeRest(key: string): string {
  return key.replace(/[^A-Za-z0-9_]/g, '_');
}

function sanitize(key: string): string {
  const safe = sanitizeRest(key);
  return /^\d/.test(safe) ? `_${safe}` : safe;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_whole, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
