import type { ServiceAnomaly } from '#model';
import { formatDuration } from './format.ts';

/** Why the score of a service is held back: `Settling after a rollout 45 s before: cart 1.4 rolled out`; empty when it is not. */
export function describeSettling({ settling, atMs }: Pick<ServiceAnomaly, 'settling' | 'atMs'>): string {
  return settling === undefined
    ? ''
    : `Settling after a rollout ${formatDuration(Math.max(0, atMs - settling.atMs))} before: ${settling.summary}`;
}
