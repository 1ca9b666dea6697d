import { LogPatternDetector, toScore, type LogStep } from '#engine';
import type { EpochMs, LogAnomaly, LogLine, LogPattern, UnknownReason } from '#model';
import type { WatchedSpan } from './watched-spans.ts';

/** The newest verdict on the log of a service. */
export interface LogLevel {
  readonly service: string;
  readonly atMs: EpochMs;
  /** Null where unknown. */
  readonly score: number | null;
  /** Why it is unknown. */
  readonly why?: UnknownReason;
  readonly have?: number;
  readonly need?: number;
}

/** Bins are five minutes: the miner's counts are defined on them. */
export const LOG_BIN_SECONDS = 300;
/** Verdicts kept, for queries about the last day. */
const KEPT_BINS = 288;

/** The log of one service: its detector and its recent verdicts. */
export class ServiceWatch {
  readonly service: string;
  private readonly detector: LogPatternDetector;
  private levels: LogLevel[] = [];

  constructor(service: string, burnInSeconds: number) {
    this.service = service;
    this.detector = new LogPatternDetector({ service, burnInSeconds, binSeconds: LOG_BIN_SECONDS });
  }

  /** Takes in a stretch of time. @returns anomalies of the bins that ended in it */
  step(span: WatchedSpan, lines: readonly LogLine[], totalLines: number): readonly LogAnomaly[] {
    const steps = this.detector.step({ ...span, lines, totalLines });
    this.levels = [...this.levels, ...steps.map((step) => toLevel(this.service, step))].slice(-KEPT_BINS);
    return steps.flatMap(({ anomalies }) => anomalies);
  }

  /** What can be told of the bin that is still open. */
  current(): readonly LogAnomaly[] {
    return this.detector.peek()?.anomalies ?? [];
  }

  patterns(): readonly LogPattern[] {
    return this.detector.patterns();
  }

  /** The verdict at an instant: that of the last bin, or of the open one where that is higher. */
  levelAt(atMs: EpochMs): LogLevel | undefined {
    const closed = this.levels.findLast((level) => level.atMs <= atMs);
    const open = this.detector.peek();
    if (!open || open.atMs > atMs) {
      return closed;
    }
    const now = toLevel(this.service, open);
    const isHigher = now.score !== null && closed?.score !== null && now.score > (closed?.score ?? -1);
    return isHigher || !closed ? now : closed;
  }
}

function toLevel(service: string, { atMs, surprisal, why, have, need }: LogStep): LogLevel {
  return {
    service,
    atMs,
    score: Number.isNaN(surprisal) ? null : toScore(surprisal),
    ...(why === undefined ? {} : { why }),
    ...(have === undefined ? {} : { have }),
    ...(need === undefined ? {} : { need }),
  };
}
