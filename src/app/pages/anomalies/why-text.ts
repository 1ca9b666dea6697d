import type { SeriesExplanation, ServiceAnomaly } from '#model';
import {
  describeDetector,
  describeFeatures,
  describeMeasured,
  describeSettling,
  describeShares,
  nameSignal,
  sortByUrgency,
  toLevel,
} from '#ui';

type Signal = ServiceAnomaly['signals'][number];

/** Whether a signal is strange by itself. */
export function isStrange({ reading }: Signal): boolean {
  const level = toLevel(reading);
  return level !== 'normal' && level !== 'unknown';
}

/**
 * Why a service is where it is, in a sentence: the rollout it settles after, else the strangest signal with its values,
 * else what the model says of the signals together, else the note of its verdict. Empty where nothing is to be said.
 */
export function describeWhy(state: ServiceAnomaly): string {
  const { reading, detection, signals } = state;
  if (state.settling) {
    return describeSettling(state);
  }
  const level = toLevel(reading);
  const note = detection?.note ?? '';
  if (level === 'unknown') {
    return note;
  }
  if (level === 'normal') {
    return detection === undefined || detection.verdict === 'OK' ? '' : note;
  }
  const strange = signals.filter(isStrange);
  const [top] = strange;
  if (top) {
    const more = strange.length - 1;
    const others = more === 0 ? '' : ` ${more} more ${more === 1 ? 'signal is' : 'signals are'} strange.`;
    return `${describeStrange(top)}${others}`;
  }
  const features = detection ? describeFeatures(detection) : '';
  return features === '' ? note : `No signal alone, but together: ${features}.`;
}

/** A strange signal: its value beside the expected one where that says it, else how it is strange. */
function describeStrange(signal: Signal): string {
  const name = nameSignal(signal.signalId);
  const measured = isOutside(signal) ? describeMeasured(signal) : undefined;
  if (measured !== undefined) {
    return `${name}: ${measured}.`;
  }
  const sentence = signal.explanation?.sentence ?? '';
  return sentence === '' ? `${name} is strange.` : `${name}: ${lowerFirst(sentence)}`;
}

/** Whether a value lies outside of what was expected: a shape can be strange in which no value is. */
function isOutside({ reading, value }: Signal): boolean {
  if (reading.kind !== 'scored' || value === undefined) {
    return false;
  }
  const { lower, upper } = reading.expected;
  return value < lower || value > upper;
}

/** By whom a signal was found strange, below its sentence: the shares of its detectors, and how much they had to learn from. */
export function describeJudges({ members, shortHistory }: SeriesExplanation): string {
  const shares = describeShares(members.map(({ detector, share }) => ({ name: describeDetector(detector), share })));
  const young = shortHistory ? 'Little history stands behind it.' : '';
  return [shares === '' ? '' : `Found by: ${shares}.`, young].filter((part) => part !== '').join(' ');
}

const VERDICT_ORDER = ['CRITICAL', 'WARNING', 'LOG_ONLY'];

/** By urgency; among the normal ones, those whose model objects stand first. */
export function sortForCall(services: readonly ServiceAnomaly[]): readonly ServiceAnomaly[] {
  const rank = (state: ServiceAnomaly): number => {
    const verdict = VERDICT_ORDER.indexOf(state.detection?.verdict ?? '');
    return toLevel(state.reading) !== 'normal' ? -1 : verdict === -1 ? VERDICT_ORDER.length : verdict;
  };
  return sortByUrgency(services).toSorted((a, b) => rank(a) - rank(b));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
