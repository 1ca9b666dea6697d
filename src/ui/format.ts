import type { Unit } from '#model';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const MISSING = 'not measured';

/** A number of at most three significant digits, without an exponent. */
function digits(value: number): string {
  if (value === 0) {
    return '0';
  }
  const size = Math.abs(value);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(size)));
  return String(Number(value.toFixed(decimals)));
}

/** Seconds as a person reads them: `3.5 s`, `50 ms`, `250 µs`, `4 min`, `2.5 h`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (!isNumber(seconds)) {
    return MISSING;
  }
  const size = Math.abs(seconds);
  if (size >= 7200) {
    return `${digits(seconds / 3600)} h`;
  }
  if (size >= 120) {
    return `${digits(seconds / 60)} min`;
  }
  if (size >= 1 || size === 0) {
    return `${digits(seconds)} s`;
  }
  return size >= 0.001 ? `${digits(seconds * 1000)} ms` : `${digits(seconds * 1_000_000)} µs`;
}

/** A ratio 0..1 as per cent: `2.5 %`. What is not quite all is never rounded up to 100 %. */
export function formatRatio(ratio: number | null | undefined): string {
  if (!isNumber(ratio)) {
    return MISSING;
  }
  return ratio < 1 && ratio > 0.999 ? '> 99.9 %' : `${digits(ratio * 100)} %`;
}

/** A confidence 0..1 in whole per cent. Neither end is claimed unless it is exact. */
export function formatConfidence(confidence: number): string {
  if (confidence > 0 && confidence < 0.01) {
    return '< 1 %';
  }
  return confidence > 0.99 && confidence < 1 ? '> 99 %' : `${Math.round(confidence * 100)} %`;
}

/** Bytes with binary prefixes: `512 MiB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (!isNumber(bytes)) {
    return MISSING;
  }
  let value = bytes;
  let step = 0;
  while (Math.abs(value) >= 1024 && step < BYTE_UNITS.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${digits(value)} ${BYTE_UNITS[step] ?? 'B'}`;
}

/** A value of a signal with its unit. A missing or non-finite value is said to be so, never shown as zero. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'bytes':
      return formatBytes(value);
    case 'ratio':
      return formatRatio(value);
    case 'per-second':
      return isNumber(value) ? `${digits(value)} /s` : MISSING;
    case 'cores':
      return isNumber(value) ? `${digits(value)} cores` : MISSING;
    case 'count':
    case 'dimensionless':
      return isNumber(value) ? digits(value) : MISSING;
  }
}

/** A value of a verification check, whose unit is free text. */
export function formatCheckValue(value: number | null, unit: string): string {
  const known = ['seconds', 'bytes', 'ratio', 'per-second', 'cores', 'count', 'dimensionless'].find((u) => u === unit);
  if (known !== undefined) {
    return formatValue(value, known as Unit);
  }
  return isNumber(value) ? `${digits(value)} ${unit}`.trim() : MISSING;
}

/** An anomaly score, two decimals: `0.97`. Rounded down, so that 0.899 is never read as the 0.90 of the next level. */
export function formatScore(score: number): string {
  return (Math.floor(score * 100 + 1e-9) / 100).toFixed(2);
}

const TIME_FORMAT = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** Date and time of day in the browser's zone, to the second. */
export function formatTime(atMs: number): string {
  return Number.isFinite(atMs) ? TIME_FORMAT.format(atMs) : 'unknown time';
}

const CLOCK_FORMAT = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY_CLOCK_FORMAT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Hours and minutes in the browser's zone, for axes. */
export function formatTimeOfDay(atMs: number): string {
  return Number.isFinite(atMs) ? CLOCK_FORMAT.format(atMs) : 'unknown time';
}

/** Day, hours and minutes in the browser's zone, where seconds do not matter. */
export function formatMinute(atMs: number): string {
  return Number.isFinite(atMs) ? DAY_CLOCK_FORMAT.format(atMs) : 'unknown time';
}

/** A length of time: `45 s`, `12 min`, `2 h 5 min`, `3 d 4 h`. Negative lengths count as none. */
export function formatDuration(milliseconds: number): string {
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  if (days > 0) {
    return join(days, 'd', hours, 'h');
  }
  if (hours > 0) {
    return join(hours, 'h', minutes, 'min');
  }
  return total >= 120 ? join(minutes, 'min', total % 60, 's') : `${total} s`;
}

/** How long ago, against the clock the caller passes. */
export function formatAgo(atMs: number, nowMs: number): string {
  return nowMs - atMs < 1000 ? 'just now' : `${formatDuration(nowMs - atMs)} ago`;
}

function join(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
