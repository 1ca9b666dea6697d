/** First and last row of a run of labelled rows, both inside. */
export type Segment = readonly [first: number, last: number];

/** The runs of non-zero labels, in order. */
export function segmentsOf(labels: ArrayLike<number>): readonly Segment[] {
  const segments: Segment[] = [];
  let start = -1;
  for (let row = 0; row <= labels.length; row += 1) {
    const inside = row < labels.length && labels[row] !== 0;
    if (inside && start < 0) {
      start = row;
    } else if (!inside && start >= 0) {
      segments.push([start, row - 1]);
      start = -1;
    }
  }
  return segments;
}
