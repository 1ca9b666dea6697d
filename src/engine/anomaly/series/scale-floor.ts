/** The smallest scale a detector may assume, as two numbers: `max(relative |m|, absolute, 1e-9 (1 + |m|))`. */
export interface DetectorFloor {
  /** Share of the level. */
  readonly relative: number;
  /** In the unit of the series. */
  readonly absolute: number;
}

/** No floor but the one that keeps divisions finite. */
export const NO_FLOOR: DetectorFloor = { relative: 0, absolute: 0 };

/** Raw values of detectors end here. */
export const MAX_RAW = 1e4;

/**
 * Floor of a scale at a level.
 *
 * @param floor  unit floor of the series
 * @param level  in the unit of the series
 * @returns > 0, in the unit of the series
 * Cost O(1). Ref: detection 4, `floor(m) = max(1e-9 (1 + |m|), unit floor)`.
 */
export function floorAt(floor: DetectorFloor, level: number): number {
  const size = level < 0 ? -level : level;
  const relative = floor.relative * size;
  const least = 1e-9 * (1 + size);
  const most = relative > floor.absolute ? relative : floor.absolute;
  return most > least ? most : least;
}
