import type { DataFrame, Field } from '@grafana/data';

/** Pods, workloads and tables are named after their service: `orders-db-7078a1c-0`. */
function isOf({ labels }: Field, service: string): boolean {
  return Object.values(labels ?? {}).some((value) => value === service || value.startsWith(`${service}-`));
}

/**
 * The series of one service, by any of their labels. All of them where none names it: a query that knows no service is shown
 * as it is.
 */
export function keepService(frames: readonly DataFrame[], service: string): DataFrame[] {
  const kept = frames.flatMap((frame) => {
    const fields = frame.fields.filter((field) => field.type === 'time' || isOf(field, service));
    return fields.some(({ type }) => type !== 'time') ? [{ ...frame, fields }] : [];
  });
  return kept.length > 0 ? kept : [...frames];
}
