import type { Evidence, RcaReport } from '#model';
import { strangeNumbers } from './numbers.ts';
import type { ReadAgain } from './read-again.ts';

/** What a claim of a report was checked for. */
export const CLAIM_KINDS = ['citation', 'value', 'baseline', 'text'] as const;
type ClaimKind = (typeof CLAIM_KINDS)[number];

/** A claim that does not hold. */
export interface FalseClaim {
  readonly kind: ClaimKind;
  readonly detail: string;
}

/** How many claims were checked, and those that do not hold. */
export interface CheckedClaims {
  readonly checked: Readonly<Record<ClaimKind, number>>;
  readonly failed: readonly FalseClaim[];
  /** Facts without a query that could be run again. */
  readonly withoutQuery: number;
}

const CITATION = /\[(\d+)\]/g;

/**
 * Checks every claim of a report: what is cited exists, what a query is said to show it shows when it is run again, and every number
 * in a sentence stands in the facts that the sentence cites.
 */
export async function checkClaims(report: RcaReport, readAgain: ReadAgain): Promise<CheckedClaims> {
  const checked = { citation: 0, value: 0, baseline: 0, text: 0 };
  const failed: FalseClaim[] = [];
  const check = (kind: ClaimKind, detail: string, holds: boolean): void => {
    checked[kind] += 1;
    if (!holds) {
      failed.push({ kind, detail });
    }
  };
  const known = new Map(report.evidence.map((item) => [item.number, item]));
  for (const [where, number] of citationsOf(report)) {
    check('citation', `${where} cites [${number}]`, known.has(number));
  }
  let withoutQuery = 0;
  for (const item of report.evidence) {
    const again = await readAgain(item, report);
    withoutQuery += again ? 0 : 1;
    for (const side of ['observed', 'baseline'] as const) {
      const stated = item[side];
      const holds = stated === undefined ? undefined : again?.holds(stated, side);
      if (holds !== undefined) {
        check(side === 'observed' ? 'value' : 'baseline', told(item, `${stated}, read again ${again?.seen}`), holds);
      }
    }
    const strange = strangeNumbers(item.statement, [item], report);
    check('text', told(item, `${strange.join(', ')} in "${item.statement}"`), strange.length === 0);
  }
  for (const sentence of sentencesOf(report)) {
    const cited = [...sentence.matchAll(CITATION)].flatMap(([, number]) => known.get(Number(number)) ?? []);
    if (cited.length > 0) {
      const strange = strangeNumbers(sentence.replace(CITATION, ''), cited, report);
      check('text', `${strange.join(', ')} in "${sentence}"`, strange.length === 0);
    }
  }
  return { checked, failed, withoutQuery };
}

function told({ number, source }: Evidence, what: string): string {
  return `[${number}] ${source}: ${what}`.slice(0, 400);
}

/** Every number of evidence that the report rests on, with the part that names it. */
function citationsOf(report: RcaReport): readonly (readonly [string, number])[] {
  const texts = [
    report.summary,
    report.narrative,
    ...report.verdictReasons,
    ...report.proposals.map((p) => p.rationale),
  ];
  return [
    ...report.hypotheses.flatMap(({ service, evidence, contributions }) => [
      ...evidence.map((number) => [`hypothesis ${service}`, number] as const),
      ...contributions.flatMap((part) => part.evidence.map((number) => [`score of ${service}`, number] as const)),
    ]),
    ...(report.series ?? []).flatMap(({ service, evidence }) =>
      evidence.map((number) => [`series of ${service}`, number] as const)
    ),
    ...texts.flatMap((text) =>
      [...text.matchAll(CITATION)].map(([, number]) => ['a sentence', Number(number)] as const)
    ),
  ];
}

function sentencesOf(report: RcaReport): readonly string[] {
  return [report.summary, report.narrative, ...report.verdictReasons]
    .flatMap((text) => text.split(/(?<=[.!?\]])\s+(?!\[)/))
    .filter((text) => text.trim() !== '');
}
