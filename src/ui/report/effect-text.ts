import type { CausalEffect, EffectInterval, PropagationRule } from '#model';
import { formatRatio } from '../format.ts';
import type { Tone } from '../tone.ts';
import { EFFECT_TEXTS as T, RULE_TEXTS } from './report-texts.ts';

/** How each verdict on an effect is shown. */
export const EFFECT_VERDICTS = {
  supported: { text: 'Supported', tone: 'info', icon: 'check-circle' },
  'not-supported': { text: 'Not supported', tone: 'neutral', icon: 'times-circle' },
  'not-testable': { text: 'Not testable', tone: 'neutral', icon: 'question-circle' },
} as const satisfies Record<CausalEffect['verdict'], { text: string; tone: Tone; icon: string }>;

/** How each outcome of a propagation rule is shown. */
export const RULE_OUTCOMES = {
  confirmed: { text: 'Confirmed', tone: 'info', icon: 'check-circle' },
  contradicted: { text: 'Contradicted', tone: 'warning', icon: 'times-circle' },
  'not-testable': { text: 'Not testable', tone: 'neutral', icon: 'question-circle' },
} as const;

/** Larger shares are read more easily as a multiple. */
const MANY = 10;

/** A share of the target's change: `87 %`; many times the change as such: `208 ×`. */
export function formatShare({ value }: EffectInterval): string {
  return formatPart(value);
}

/** The interval of a share: `80 % to 94 %`; a missing bound is said to be no limit. */
export function formatShareInterval({ low, high }: EffectInterval): string {
  return joinBounds(low, high, formatPart);
}

/** The interval of a slope in the unit of its value, which is written once. */
export function formatSlopeInterval({ low, high }: EffectInterval): string {
  return joinBounds(low, high, formatFigure);
}

function formatPart(ratio: number): string {
  const text = Math.abs(ratio) < MANY ? formatRatio(Math.round(ratio * 1000) / 1000) : `${Math.round(ratio)} ×`;
  return text.replace('-', '−');
}

function joinBounds(low: number | null, high: number | null, format: (bound: number) => string): string {
  const toText = (bound: number | null) => (bound === null || !Number.isFinite(bound) ? T.noLimit : format(bound));
  return T.bounds(toText(low), toText(high));
}

/** Three significant digits, as a power of ten where there are many zeros: `0.0213`, `1.2e-7`. */
export function formatFigure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))).replace('-', '−') : T.notKnown;
}

/** A probability as it is customary: `0.034`, `< 0.001`. */
export function formatProbability(p: number): string {
  if (!Number.isFinite(p)) {
    return T.notKnown;
  }
  return p < 0.001 ? '< 0.001' : String(Number(p.toPrecision(2)));
}

/** A rule of the topology file as a sentence: `When cpu of search is > 90 %, latency of catalog rises`. */
export function describeRule({ cause, effect }: PropagationRule): string {
  const limit = cause.percent ? formatRatio(cause.threshold) : formatFigure(cause.threshold);
  return RULE_TEXTS.rule(
    RULE_TEXTS.signal(cause.metric, cause.service),
    `${cause.comparison} ${limit}`,
    RULE_TEXTS.signal(effect.symptom, effect.service),
    effect.change === 'increase'
  );
}
