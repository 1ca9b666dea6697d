import { type ReportPayload } from '../payload.ts';
import { readsLikeInstructions } from '../privacy/instruction-like.ts';
import { isProposal, unproposedAction } from './check-actions.ts';
import { unknownNumbers } from './check-numbers.ts';
import { isEnglish, unknownNames } from './check-words.ts';
import { quote } from './parse-answer.ts';
import type { Claim, CutReason } from './written-report.ts';

/** Placeholders of log templates and routes, and the arrow of a path: the report has them itself. */
const PLACEHOLDER = /<(?:NUM|ID|IP|HEX|UUID|STR|\*)>|(?<!\$)\{\w{1,30}\}|->/g;
const UNSAFE = /[<>{}|$\\]|https?:|www\.|\]\(|[\p{Cc}\p{Cf}]|\b(?:kubectl|curl|wget|sudo|ssh|helm|psql|redis-cli)\b/iu;

/** Why a claim is cut. */
export interface Cut {
  readonly reason: CutReason;
  readonly detail: string;
}

/**
 * Checks one sentence of the model against what it was given: citations, plain text, names, numbers and actions. Numbers must
 * stand in the evidence that is cited, or in the ranking.
 * @param options.mayCheck  the sentence says where to look, and may tell to do so
 * @returns the sentence without inline citations and backticks, or why it is cut
 */
export function checkClaim(
  claim: Claim,
  payload: ReportPayload,
  options: { readonly mayCheck?: boolean } = {}
): Claim | Cut {
  const text = claim.text.replace(/\s+/g, ' ').trim();
  const cites = [...new Set(claim.cites)].sort((a, b) => a - b);
  return checkSentence(text, cites, payload, options) ?? { text: toPlain(text), cites };
}

/** The sentences as one text, each with its citations before its last mark: `Payment is slow [1][2].` */
export function toNarrative(claims: readonly Claim[]): string {
  return claims
    .map(({ text, cites }) => {
      const end = /[.!?]+$/.exec(text)?.[0] ?? '.';
      const body = text.endsWith(end) ? text.slice(0, -end.length) : text;
      return `${body} ${cites.map((number) => `[${number}]`).join('')}${end}`;
    })
    .join(' ');
}

function checkSentence(
  text: string,
  cites: readonly number[],
  payload: ReportPayload,
  options: { readonly mayCheck?: boolean }
): Cut | undefined {
  const stranger = strangeCitation(text, cites, payload);
  if (cites.length === 0 || stranger !== undefined) {
    const reason = cites.length === 0 ? 'no-citation' : 'unknown-citation';
    return { reason, detail: `${stranger === undefined ? '' : `[${stranger}] in `}${quote(text)}` };
  }
  const bare = text.replace(/\s*\[\d+\]/g, '').replace(PLACEHOLDER, ' ');
  if (UNSAFE.test(bare) || readsLikeInstructions(text)) {
    return { reason: 'unsafe-text', detail: quote(text) };
  }
  const name = unknownNames(bare, payload)[0];
  if (name !== undefined) {
    return { reason: 'unknown-service', detail: quote(name) };
  }
  const action = unproposedAction(toPlain(text), cites, payload, options);
  if (action !== undefined) {
    return { reason: 'unproposed-action', detail: `${action} in ${quote(text)}` };
  }
  if (!isEnglish(bare, payload) && !isProposal(text, [...payload.proposals, ...payload.runbooks])) {
    return { reason: 'not-english', detail: quote(text) };
  }
  const cited = { ...payload, evidence: payload.evidence.filter((item) => cites.includes(item.number)) };
  const number = unknownNumbers(bare, cited)[0];
  return number === undefined ? undefined : { reason: 'unknown-number', detail: `${number} in ${quote(text)}` };
}

function strangeCitation(text: string, cites: readonly number[], payload: ReportPayload): number | undefined {
  const numbers = new Set(payload.evidence.map(({ number }) => number));
  const inline = [...text.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
  return [...cites.filter((cite) => !numbers.has(cite)), ...inline.filter((cite) => !cites.includes(cite))][0];
}

function toPlain(text: string): string {
  return text
    .replace(/\s*\[\d+\]/g, '')
    .replaceAll('`', '')
    .trim();
}
