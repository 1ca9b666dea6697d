/** Area under the precision-recall curve as average precision over the distinct scores; NaN without labelled rows. */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const order = Int32Array.from({ length: scores.length }, (_, row) => row);
  order.sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
  let labelled = 0;
  for (let row = 0; row < labels.length; row += 1) {
    labelled += labels[row] !== 0 ? 1 : 0;
  }
  let hits = 0;
  let counted = 0;
  let area = 0;
  order.forEach((row, index) => {
    hits += labels[row] !== 0 ? 1 : 0;
    const next = order[index + 1];
    if (next === undefined || scores[next] !== scores[row]) {
      area += ((hits - counted) / labelled) * (hits / (index + 1));
      counted = hits;
    }
  });
  return labelled > 0 ? area : Number.NaN;
}
