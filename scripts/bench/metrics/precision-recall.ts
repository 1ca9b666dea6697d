/** Precision, recall and their harmonic mean, 0 to 1. */
export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Alerts and labelled incidents, summed over files or entities. */
export interface EventCounts {
  readonly trueAlerts: number;
  readonly alerts: number;
  readonly hit: number;
  readonly incidents: number;
}

/** Pools counts. Without alerts the precision is 0, without incidents the recall. */
export function pool(counts: readonly EventCounts[]): Quality {
  const sum = (pick: (count: EventCounts) => number): number => counts.reduce((total, count) => total + pick(count), 0);
  const alerts = sum((count) => count.alerts);
  const incidents = sum((count) => count.incidents);
  const precision = alerts > 0 ? sum((count) => count.trueAlerts) / alerts : 0;
  const recall = incidents > 0 ? sum((count) => count.hit) / incidents : 0;
  return { precision, recall, f1: harmonicMean(precision, recall) };
}

function harmonicMean(precision: number, recall: number): number {
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}
