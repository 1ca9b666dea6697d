import type { RcaReport, Verdict } from '#model';
import type { WrittenReport } from './written-report.ts';

/** The engine's and the model's certainty side by side. */
export interface CombinedVerdict {
  /** What the page leads with: the engine's, or one step lower. */
  readonly verdict: Verdict;
  readonly engine: { readonly verdict: Verdict; readonly confidence: number | null };
  readonly model: { readonly confidence: number };
  readonly lowered: boolean;
  /** In words; empty when the model's doubt changes nothing. */
  readonly reason: string;
}

/** Where the model and the engine do not say the same. */
export interface Contradiction {
  readonly about: 'cause' | 'no-cause' | 'unexpected-cause' | 'confidence';
  readonly engine: string;
  readonly model: string;
}

const DOUBT = 0.5;
const LARGE_DIFFERENCE = 0.3;
const ONE_LOWER: Readonly<Record<Verdict, Verdict>> = {
  CONFIRMED: 'LIKELY',
  LIKELY: 'INCONCLUSIVE',
  INCONCLUSIVE: 'INCONCLUSIVE',
};

/**
 * The model's doubt (below 50 %) lowers the engine's verdict by one step; nothing that it says raises it. Where texts had to be
 * kept from the model because they read like instructions, its doubt is shown and lowers nothing: somebody may want it to doubt.
 */
export function combineVerdict(
  report: Pick<RcaReport, 'verdict' | 'hypotheses'>,
  modelConfidence: number,
  { wasAddressed }: { readonly wasAddressed: boolean }
): CombinedVerdict {
  const isDoubt = modelConfidence < DOUBT && !wasAddressed;
  const verdict = isDoubt ? ONE_LOWER[report.verdict] : report.verdict;
  const lowered = verdict !== report.verdict;
  return {
    verdict,
    engine: { verdict: report.verdict, confidence: report.hypotheses[0]?.confidence ?? null },
    model: { confidence: modelConfidence },
    lowered,
    reason: lowered ? `The language model is only ${percent(modelConfidence)} sure.` : '',
  };
}

/** Everything in which the model's report contradicts the engine's. Services by their real names. */
export function contradictionsOf(
  report: Pick<RcaReport, 'decision' | 'hypotheses' | 'concurrent'>,
  written: Pick<WrittenReport, 'causes' | 'confidence'>
): readonly Contradiction[] {
  const leading = report.hypotheses.slice(0, Math.max(1, report.concurrent));
  const engineCauses = report.decision === 'root-cause' ? leading.map(({ service }) => service) : [];
  const modelCauses = written.causes.map(({ service }) => service);
  const found: Contradiction[] = [];
  if (engineCauses.length > 0 && modelCauses.length === 0) {
    found.push({ about: 'no-cause', engine: engineCauses.join(', '), model: 'names no cause' });
  } else if (engineCauses.length === 0 && modelCauses.length > 0) {
    found.push({ about: 'unexpected-cause', engine: report.decision, model: modelCauses.join(', ') });
  } else if (modelCauses.some((service) => !engineCauses.includes(service))) {
    found.push({ about: 'cause', engine: engineCauses.join(', '), model: modelCauses.join(', ') });
  }
  const computed = leading[0]?.confidence;
  if (
    engineCauses.length > 0 &&
    computed !== undefined &&
    Math.abs(computed - written.confidence) >= LARGE_DIFFERENCE
  ) {
    found.push({ about: 'confidence', engine: percent(computed), model: percent(written.confidence) });
  }
  return found;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
