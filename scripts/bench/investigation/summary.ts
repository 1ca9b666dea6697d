import type { Gate } from '../detection/gates.ts';
import { CLAIM_KINDS, type FalseClaim } from './claims.ts';
import type { InvestigationResult, ModelFigures } from './tasks.ts';

/** Values of many runs. */
export interface Spread {
  readonly median: number;
  readonly most: number;
}

/** What one depth of the language model took, over all runs in which it took part. */
export interface ModelSummary {
  readonly runs: number;
  readonly written: number;
  readonly calls: Spread;
  readonly tokensIn: Spread;
  readonly tokensOut: Spread;
  readonly queries: Spread;
  readonly seconds: Spread;
  /** Untrue sentences that were told, and how many of them were cut. */
  readonly lies: number;
  readonly cut: number;
  readonly ungrounded: number;
  /** Runs in which the ranking, the decision or the proposals changed, or the verdict rose. */
  readonly changed: number;
}

/** The answer of `bench:investigation`. */
export interface InvestigationAnswer {
  readonly schema: 'causeway.bench-investigation/1';
  readonly seeds: readonly number[];
  readonly results: readonly InvestigationResult[];
  readonly causes: { readonly cases: number; readonly first: number; readonly found: number };
  readonly controls: { readonly cases: number; readonly nothingWrong: number };
  readonly hidden: { readonly cases: number; readonly inconclusive: number };
  readonly claims: {
    readonly byKind: readonly { readonly kind: string; readonly checked: number; readonly failed: number }[];
    readonly withoutQuery: number;
    readonly failed: readonly (FalseClaim & { readonly fault: string; readonly seed: number })[];
  };
  readonly seconds: Spread;
  readonly queries: Spread;
  readonly bytes: Spread;
  readonly evidence: Spread;
  readonly explain: ModelSummary;
  readonly investigate: ModelSummary;
  readonly gates: readonly Gate[];
}

/** Floors of the bench: `docs/benchmarks/investigation.md` says why. */
const FLOORS = { first: 0.9, grounded: 0.99, seconds: 10, tokensIn: 4000 } as const;
const MAX_TOLD = 40;

/** Sums up all runs. @param liesPerAnswer  untrue sentences in every answer of the scripted model */
export function summariseInvestigations(
  seeds: readonly number[],
  results: readonly InvestigationResult[],
  liesPerAnswer: number
): InvestigationAnswer {
  const faults = results.filter(({ isFault }) => isFault);
  const quiet = results.filter(({ isFault }) => !isFault);
  const blind = results.flatMap(({ hidden }) => (hidden ? [hidden] : []));
  const first = faults.filter(({ answer }) => answer.decision === 'root-cause' && answer.rank === 1).length;
  const nothingWrong = quiet.filter(({ answer }) => answer.decision === 'no-significant-root-cause').length;
  const inconclusive = blind.filter(({ verdict }) => verdict === 'INCONCLUSIVE').length;
  const claims = sumClaims(results);
  const seconds = spreadOf(results.map((result) => result.seconds));
  const explain = sumModel(results, 'explain', liesPerAnswer);
  const investigate = sumModel(results, 'investigate', liesPerAnswer);
  return {
    schema: 'causeway.bench-investigation/1',
    seeds,
    results,
    causes: { cases: faults.length, first, found: faults.filter(({ isFound }) => isFound).length },
    controls: { cases: quiet.length, nothingWrong },
    hidden: { cases: blind.length, inconclusive },
    claims,
    seconds,
    queries: spreadOf(results.map(({ queries }) => queries)),
    bytes: spreadOf(results.map(({ bytes }) => bytes)),
    evidence: spreadOf(results.map(({ evidence }) => evidence)),
    explain,
    investigate,
    gates: [
      ...(faults.length > 0 ? [atLeast('cause named first', first / faults.length, FLOORS.first)] : []),
      atLeast('claims that hold', groundedShare(claims), FLOORS.grounded),
      ...(quiet.length > 0 ? [atLeast('controls answered "nothing wrong"', nothingWrong / quiet.length, 1)] : []),
      ...(blind.length > 0
        ? [atLeast('inconclusive without the telemetry of the cause', inconclusive / blind.length, 1)]
        : []),
      atMost('slowest report without a model, s', seconds.most, FLOORS.seconds),
      atMost('tokens in of the longest explaining call', explain.tokensIn.most, FLOORS.tokensIn),
      atMost('sentences of the model that passed and cite nothing', explain.ungrounded + investigate.ungrounded, 0),
      atMost('untrue sentences that passed', explain.lies - explain.cut + investigate.lies - investigate.cut, 0),
      atMost('runs in which the model changed what the engine said', explain.changed + investigate.changed, 0),
    ],
  };
}

function sumClaims(results: readonly InvestigationResult[]): InvestigationAnswer['claims'] {
  const failed = results.flatMap(({ fault, seed, claims }) =>
    claims.failed.map((claim) => ({ ...claim, fault, seed }))
  );
  return {
    byKind: CLAIM_KINDS.map((kind) => ({
      kind,
      checked: results.reduce((sum, { claims }) => sum + claims.checked[kind], 0),
      failed: failed.filter((claim) => claim.kind === kind).length,
    })),
    withoutQuery: results.reduce((sum, { claims }) => sum + claims.withoutQuery, 0),
    failed: failed.slice(0, MAX_TOLD),
  };
}

/** Share of the claims that hold; of none every one does. */
export function groundedShare({ byKind }: InvestigationAnswer['claims']): number {
  const checked = byKind.reduce((sum, kind) => sum + kind.checked, 0);
  const failed = byKind.reduce((sum, kind) => sum + kind.failed, 0);
  return checked === 0 ? 1 : 1 - failed / checked;
}

function sumModel(
  results: readonly InvestigationResult[],
  depth: 'explain' | 'investigate',
  liesPerAnswer: number
): ModelSummary {
  const runs = results.flatMap((result): ModelFigures[] => (result[depth] ? [result[depth]] : []));
  const written = runs.filter(({ isWritten }) => isWritten);
  const spread = (of: (run: ModelFigures) => number): Spread => spreadOf(runs.map(of));
  const sum = (of: (run: ModelFigures) => number): number => runs.reduce((total, run) => total + of(run), 0);
  return {
    runs: runs.length,
    written: written.length,
    calls: spread(({ calls }) => calls),
    tokensIn: spread(({ tokensIn }) => tokensIn),
    tokensOut: spread(({ tokensOut }) => tokensOut),
    queries: spread(({ queries }) => queries),
    seconds: spread(({ seconds }) => seconds),
    lies: written.length * liesPerAnswer,
    cut: sum(({ cut }) => Math.min(cut, liesPerAnswer)),
    ungrounded: sum(({ ungrounded }) => ungrounded),
    changed: runs.filter(({ isUnchanged }) => !isUnchanged).length,
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  return { median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}

function atLeast(id: string, value: number, target: number): Gate {
  return { id, value, target, pass: value >= target };
}

function atMost(id: string, value: number, target: number): Gate {
  return { id, value, target, pass: value <= target };
}
