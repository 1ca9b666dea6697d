import type { AffectedService } from '#model';
import { formatRatio } from '#ui';

/** `order (1 hop, 80 % of its requests)`; a share that is not known is left out. */
export function describeAffected({ service, hops, trafficShare }: AffectedService, word: string): string {
  const share = trafficShare === undefined ? '' : `, ${formatRatio(trafficShare)} ${word}`;
  return `${service} (${hops} ${hops === 1 ? 'hop' : 'hops'}${share})`;
}
