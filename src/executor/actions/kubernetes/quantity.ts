const SUFFIXES: Readonly<Record<string, readonly [base: bigint, exponent: number]>> = {
  '': [10n, 0],
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};
const QUANTITY = /^(\d{1,18})(?:\.(\d{0,9}))?(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * Whole bytes of a Kubernetes quantity, rounded up as the API server does. Undefined for texts that are no quantity, for
 * negative ones, and above 2^53: no memory of a container is that large.
 */
export function parseBytes(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  if (!match) {
    return undefined;
  }
  const [, whole = '', fraction = '', exponent, suffix = ''] = match;
  const [base, power] = exponent === undefined ? (SUFFIXES[suffix] ?? [10n, 0]) : ([10n, Number(exponent)] as const);
  const scaled = BigInt(whole + fraction) * (power > 0 ? base ** BigInt(power) : 1n);
  const divisor = 10n ** BigInt(fraction.length) * (power < 0 ? base ** BigInt(-power) : 1n);
  const bytes = (scaled + divisor - 1n) / divisor;
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : undefined;
}

/** Whole bytes as the shortest exact quantity with a binary suffix: `512Mi`, `1Gi`, `1000`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let index = 0;
  const suffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
  while (value >= 1024 && value % 1024 === 0 && index < suffixes.length - 1) {
    value /= 1024;
    index += 1;
  }
  return `${value}${suffixes[index] ?? ''}`;
}
