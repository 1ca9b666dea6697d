import { setTimeout as delay } from 'node:timers/promises';
import type { EpochMs } from '#model';
import { TelemetryError } from '../errors.ts';
import { isObject } from '../reply.ts';
import type { Clock } from './clock.ts';

/** A clock that follows another process. Call `close` to stop the polling. */
export interface FollowedClock extends Clock {
  /** Resolves with the first answer; before that, `now` is the time of this machine. */
  readonly ready: Promise<void>;
  /** Why the last poll failed; undefined after a good one. The clock runs on with the last known speed meanwhile. */
  readonly lastError: TelemetryError | undefined;
  close(): void;
}

/** What a followed clock needs from outside. */
export interface FollowDependencies {
  /** Default the global `fetch`. */
  readonly fetch?: (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;
  /** Monotonic real time in milliseconds. Default `performance.now`. */
  readonly monotonicMs?: () => number;
}

interface Reading {
  readonly nowMs: EpochMs;
  readonly speed: number;
  readonly takenAt: number;
}

const POLL_INTERVAL_MS = 100;
const POLL_DEADLINE_MS = 2000;
const MAX_REPLY_LENGTH = 10_000;
const MAX_SPEED = 100_000;

/**
 * A clock that follows `GET url` -> `{ "nowMs", "speed" }`: polled every 100 ms, extrapolated with `speed` in between,
 * in whole milliseconds and never backwards. Polling keeps no process alive.
 */
export function followClock(url: string, dependencies: FollowDependencies = {}): FollowedClock {
  const fetchUrl = dependencies.fetch ?? fetch;
  const monotonicMs = dependencies.monotonicMs ?? (() => performance.now());
  const closing = new AbortController();
  let resolveReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    resolveReady = resolve;
  });
  let reading: Reading | undefined;
  let lastError: TelemetryError | undefined;
  let floorMs = Number.NEGATIVE_INFINITY;

  const now = (): EpochMs => {
    if (!reading) {
      return Date.now();
    }
    const extrapolatedMs = reading.nowMs + (monotonicMs() - reading.takenAt) * reading.speed;
    floorMs = Math.max(floorMs, Math.floor(extrapolatedMs));
    return floorMs;
  };

  const poll = async (): Promise<void> => {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(POLL_DEADLINE_MS)]);
      const sentAt = monotonicMs();
      const answer = await readClock(fetchUrl, url, signal);
      reading = { ...answer, takenAt: (sentAt + monotonicMs()) / 2 };
      lastError = undefined;
      resolveReady();
    } catch (error) {
      lastError =
        error instanceof TelemetryError ? error : new TelemetryError('clock', 'unreachable', { cause: error });
    }
  };

  const follow = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await poll();
      await delay(POLL_INTERVAL_MS, undefined, { ref: false, signal: closing.signal }).catch(() => undefined);
    }
  };
  void follow();

  return {
    ready,
    get lastError() {
      return lastError;
    },
    now,
    sleepUntil: async (atMs, signal) => {
      signal?.throwIfAborted();
      while (now() < atMs) {
        const waitMs = Math.min(POLL_INTERVAL_MS, (atMs - now()) / Math.max(reading?.speed ?? 1, 0.001));
        await delay(Math.max(1, waitMs), undefined, signal ? { signal } : {});
      }
    },
    close: () => closing.abort(),
  };
}

async function readClock(
  fetchUrl: NonNullable<FollowDependencies['fetch']>,
  url: string,
  signal: AbortSignal
): Promise<Pick<Reading, 'nowMs' | 'speed'>> {
  const response = await fetchUrl(url, { signal });
  const text = await response.text();
  if (!response.ok || text.length > MAX_REPLY_LENGTH) {
    throw new TelemetryError('clock', 'server-error', { status: response.status });
  }
  const value: unknown = JSON.parse(text);
  const { nowMs, speed } = isObject(value) ? value : {};
  if (!isBetween(nowMs, 0, 8.64e15) || !isBetween(speed, 0, MAX_SPEED)) {
    throw new TelemetryError('clock', 'bad-reply', { detail: 'nowMs or speed is missing or out of range.' });
  }
  return { nowMs, speed };
}

function isBetween(value: unknown, minimum: number, maximum: number): value is number {
  return typeof value === 'number' && value >= minimum && value <= maximum;
}
