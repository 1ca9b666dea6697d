/** Deviations of one service go together: half of what independent ones would give. */
const DEPENDENCE = 0.5;

/**
 * What the largest of several deviations reaches by chance. A service with many series or operations is looked at more
 * often, and must not be blamed for it.
 *
 * @param looks  how many deviations the largest one was taken from
 * @returns standard deviations to take off; 0 for a single one
 * Cost O(1). The largest of k normal deviates grows like sqrt(2 ln k).
 */
export function luckOfMany(looks: number): number {
  return looks > 1 ? DEPENDENCE * Math.sqrt(2 * Math.log(looks)) : 0;
}
