import { unproposedAction } from './check-actions.ts';
import { unknownNumbers } from './check-numbers.ts';
import { unknownNames } from './check-words.ts';
import { narrationSchema, type NarrationSentence, type Rejection } from './narration.ts';
import type { NarrationPayload } from './payload.ts';

/** Placeholders of log templates and routes, and the arrow of a path: the report has them itself. */
const PLACEHOLDER = /<(?:NUM|ID|IP|HEX|UUID|STR|\*)>|(?<!\$)\{\w{1,30}\}|->/g;
const UNSAFE = /[<>{}|$\\]|https?:|www\.|\]\(|[\p{Cc}\p{Cf}]|\b(?:kubectl|curl|wget|sudo|ssh|helm|psql|redis-cli)\b/iu;

/**
 * Checks the model's answer against the report it was given: JSON, shape, citations, plain text, names, numbers and
 * actions. One failed check rejects the whole.
 * @returns the sentences without inline citations and backticks, or why they cannot be used
 */
export function checkNarration(
  answer: string,
  payload: NarrationPayload
): { readonly sentences: readonly NarrationSentence[] } | Rejection {
  let json: unknown;
  try {
    json = JSON.parse(stripFence(answer));
  } catch {
    return { reason: 'not-json', detail: quote(answer) };
  }
  const parsed = narrationSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { reason: 'wrong-shape', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
  }
  const sentences: NarrationSentence[] = [];
  for (const { text, cites: given } of parsed.data.sentences) {
    const line = text.replace(/\s+/g, ' ');
    const cites = [...new Set(given)].sort((a, b) => a - b);
    const rejection = checkSentence(line, cites, payload);
    if (rejection) {
      return rejection;
    }
    sentences.push({ text: toPlain(line), cites });
  }
  return { sentences };
}

/** The sentences as one text, each with its citations before its last mark: `Payment is slow [1][2].` */
export function toNarrative(sentences: readonly NarrationSentence[]): string {
  return sentences
    .map(({ text, cites }) => {
      const end = /[.!?]+$/.exec(text)?.[0] ?? '.';
      const body = text.endsWith(end) ? text.slice(0, -end.length) : text;
      return `${body} ${cites.map((number) => `[${number}]`).join('')}${end}`;
    })
    .join(' ');
}

function checkSentence(text: string, cites: readonly number[], payload: NarrationPayload): Rejection | undefined {
  const numbers = new Set(payload.evidence.map(({ number }) => number));
  const inline = [...text.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
  const stranger = [
    ...cites.filter((cite) => !numbers.has(cite)),
    ...inline.filter((cite) => !cites.includes(cite)),
  ][0];
  if (stranger !== undefined) {
    return { reason: 'unknown-citation', detail: `[${stranger}] in ${quote(text)}` };
  }
  const bare = text.replace(/\s*\[\d+\]/g, '').replace(PLACEHOLDER, ' ');
  const unsafe = UNSAFE.exec(bare)?.[0];
  if (unsafe !== undefined) {
    return { reason: 'unsafe-text', detail: quote(text) };
  }
  const name = unknownNames(bare, payload)[0];
  if (name !== undefined) {
    return { reason: 'unknown-service', detail: quote(name) };
  }
  const action = unproposedAction(toPlain(text), cites, payload);
  if (action !== undefined) {
    return { reason: 'unproposed-action', detail: `${action} in ${quote(text)}` };
  }
  const number = unknownNumbers(bare, payload)[0];
  return number === undefined ? undefined : { reason: 'unknown-number', detail: `${number} in ${quote(text)}` };
}

function toPlain(text: string): string {
  return text
    .replace(/\s*\[\d+\]/g, '')
    .replaceAll('`', '')
    .trim();
}

function stripFence(answer: string): string {
  return /^\s*```(?:json)?\s*([\s\S]*?)\s*```\s*$/.exec(answer)?.[1] ?? answer;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
