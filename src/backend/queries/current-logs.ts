import type { EpochMs } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { Notice } from '../frames/frame.ts';
import { logWatchOf } from '../logs/log-watch-of.ts';
import type { LogWatch } from '../logs/log-watch.ts';
import { toNotices } from './notices.ts';

/** Logs that were read this long ago are current, in seconds beside the collect interval. */
const GRACE_SECONDS = 15;

/** The log watch, read up to now where the always-on loop has not done so; undefined without Loki. */
export async function currentLogs(
  datasource: Datasource,
  toMs: EpochMs,
  signal: AbortSignal
): Promise<LogWatch | undefined> {
  const logs = logWatchOf(datasource);
  const nowMs = datasource.clock.now();
  const maxAgeMs = 1000 * (datasource.settings.watch.collectSeconds + GRACE_SECONDS);
  const readUntilMs = logs?.state.readUntilMs ?? -Infinity;
  if (logs && Math.min(toMs, nowMs) > readUntilMs + maxAgeMs) {
    await logs.tick(nowMs, signal);
  }
  return logs;
}

/** What a person must know about the logs. */
export function logNotices(logs: LogWatch | undefined): readonly Notice[] {
  if (!logs) {
    return [{ severity: 'info', text: 'No Loki is configured: logs are not watched.' }];
  }
  const { gaps, problems } = logs.state;
  const failed = problems.map((item): Notice => ({ severity: 'warning', text: `${item.message} ${item.remedy}` }));
  return [...failed, ...toNotices(gaps)];
}
