/** Scores at which alerts are counted, with their surprisals. */
export const LEVELS = { '0.70': 3, '0.80': 4, '0.90': 5 } as const;

/** One figure per level. */
export type AtLevels<T> = Readonly<Record<keyof typeof LEVELS, T>>;

/** Computes a figure at each level. */
export function atLevels<T>(figureAt: (threshold: number) => T): AtLevels<T> {
  return { '0.70': figureAt(LEVELS['0.70']), '0.80': figureAt(LEVELS['0.80']), '0.90': figureAt(LEVELS['0.90']) };
}
