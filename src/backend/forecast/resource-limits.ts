import type { DetectionSettings } from '#contracts';
import type { Signal, SignalKind } from '#model';

/** Kinds whose value is a share of what there is. */
const SHARES: readonly SignalKind[] = [
  'memory-utilisation',
  'pool-utilisation',
  'disk-utilisation',
  'descriptor-utilisation',
];

/** Kinds that can have a limit: the shares, and signals of the user. */
export const LIMITED_KINDS: readonly SignalKind[] = [...SHARES, 'user-defined'];

/** Limit of a signal in its own unit: 1 or what is configured for shares, the user's own for own signals. */
export function limitOf(
  signal: Pick<Signal, 'kind' | 'query'>,
  { signals, utilisationLimit }: Pick<DetectionSettings, 'signals' | 'utilisationLimit'>
): number | undefined {
  return SHARES.includes(signal.kind)
    ? utilisationLimit
    : signals.find(({ query }) => signal.kind === 'user-defined' && query === signal.query)?.limit;
}
