import type { EpochMs } from '#model';
import type { ExecutorPolicy } from '../policy.ts';

/** Whether an instant lies in the configured peak hours of the configured time zone. */
export function isPeakHour(atMs: EpochMs, policy: Pick<ExecutorPolicy, 'peakHours' | 'timeZone'>): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: policy.timeZone });
  const hour = Number(format.format(atMs));
  return policy.peakHours.some(({ fromHour, toHour }) => hour >= fromHour && hour < toHour);
}
