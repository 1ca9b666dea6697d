/** 95 % interval of a share by Wilson's score method. */
export function wilsonInterval(successes: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) {
    return [0, 1];
  }
  const z = 1.96;
  const share = successes / trials;
  const scale = 1 + (z * z) / trials;
  const centre = share + (z * z) / (2 * trials);
  const half = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return [(centre - half) / scale, (centre + half) / scale];
}
