import type { DetectionTier } from '#model';
import { isFeature, isImportant, type SignalPoints } from './signal-points.ts';

/** Which series are judged by all detectors: features, latency, errors and signals of the user, up to a limit. */
export class TierBook {
  private readonly limit: number;
  private readonly tiers = new Map<string, DetectionTier>();
  private full = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Decides about signals that are new, in the order of their ids, and writes the tier on every signal. */
  assign<Points extends SignalPoints>(signals: readonly Points[]): readonly Points[] {
    const fresh = signals
      .filter(({ id }) => !this.tiers.has(id))
      .toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
    for (const signal of fresh) {
      const isFull = isImportant(signal) && this.full < this.limit;
      this.full += Number(isFull);
      this.tiers.set(signal.id, isFull ? 'full' : 'light');
    }
    return signals.map((signal) => ({ ...signal, tier: this.tiers.get(signal.id) ?? 'light' }));
  }
}

/** What users notice comes first. */
function rank(signal: SignalPoints): number {
  return isFeature(signal) ? 1 : 0;
}
