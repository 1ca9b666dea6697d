/** Scores at which alerts are counted, with their surprisals. */
export const LEVELS = { '0.70': 3, '0.80': 4, '0.90': 5 } as const;

/** One of the scores. */
export type Level = keyof typeof LEVELS;

/** One figure per level. */
export type AtLevels<T> = Readonly<Record<Level, T>>;

/** Computes a figure at each level from its surprisal and its name. */
export function atLevels<T>(figureAt: (threshold: number, level: Level) => T): AtLevels<T> {
  const at = (level: Level): T => figureAt(LEVELS[level], level);
  return { '0.70': at('0.70'), '0.80': at('0.80'), '0.90': at('0.90') };
}
