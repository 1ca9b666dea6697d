import { formattedValueToString, getValueFormat } from '@grafana/data';
import type { DetectorsAnswer } from '#contracts';
import type { SignalKind, Unit } from '#model';

type JudgedSignal = DetectorsAnswer['signals'][number];

/** Units of Grafana; rates and counts of nothing in particular have none of their own. */
const FORMATS: Readonly<Record<Unit, string>> = {
  seconds: 's',
  bytes: 'bytes',
  ratio: 'percentunit',
  'per-second': 'suffix:/s',
  count: 'short',
  cores: 'suffix:cores',
  dimensionless: 'short',
};

/** What is counted by the second, where Grafana has a unit for it. */
const RATES: Readonly<Partial<Record<SignalKind, string>>> = {
  'request-rate': 'reqps',
  'network-receive': 'binBps',
  'network-transmit': 'binBps',
  'disk-io': 'binBps',
};

/** A value of a signal in the words of Grafana's units: `23.8 ms`, `1.2 %`, `3.40 req/s`. */
export function formatSignalValue(value: number, { kind, unit }: Pick<JudgedSignal, 'kind' | 'unit'>): string {
  const format = getValueFormat(unit === 'per-second' ? (RATES[kind] ?? FORMATS[unit]) : FORMATS[unit]);
  const { text, prefix, suffix } = format(value);
  return formattedValueToString({
    text,
    ...(prefix ? { prefix } : {}),
    suffix: suffix?.trim() ? ` ${suffix.trim()}` : '',
  });
}

/** From which value on a signal warns, in plain words, and what is to be said about that. */
export interface ThresholdText {
  readonly text: string;
  readonly note?: string;
}

const NEVER_ALONE = 'never alone';

/** The threshold of a signal in words. What is not known, and what cannot be reached, is said and no number. */
export function describeThreshold(signal: JudgedSignal): ThresholdText {
  const { threshold, highest } = signal;
  if (!threshold) {
    return { text: 'no threshold yet', note: 'still learning what is usual' };
  }
  const above = threshold.above === null || isBeyond(threshold.above, signal.unit) ? null : threshold.above;
  const below = threshold.below === null || isBelowAll(threshold.below, signal.unit) ? null : threshold.below;
  const format = (value: number) => formatSignalValue(value, signal);
  if (highest === 'normal') {
    const usual = [below === null ? '' : `from ${format(below)}`, above === null ? '' : `to ${format(above)}`];
    const range = usual.filter((part) => part !== '').join(' ');
    return { text: NEVER_ALONE, note: `describes load${range === '' ? '' : `; usual: ${range}`}` };
  }
  const sides = [above === null ? '' : `above ${format(above)}`, below === null ? '' : `below ${format(below)}`];
  const text = sides.filter((side) => side !== '').join(' or ');
  if (text === '') {
    return { text: NEVER_ALONE, note: 'all values that it can have were usual' };
  }
  return highest === 'critical' ? { text } : { text, note: 'a warning at most, since it describes load' };
}

/** A share cannot be more than all. */
function isBeyond(value: number, unit: Unit): boolean {
  return unit === 'ratio' && value >= 1;
}

/** Of all units, only bare numbers go below zero. */
function isBelowAll(value: number, unit: Unit): boolean {
  return unit !== 'dimensionless' && value <= 0;
}
