/** One answer of the demo's clock: simulated epoch ms, and simulated seconds per real second (0 = paused). */
export interface ClockReading {
  readonly nowMs: number;
  readonly speed: number;
}

/** A clock that follows the shop's clock between two readings and never runs backwards. */
export interface SimulatedClock {
  /** Simulated epoch ms, whole. */
  now(): number;
  speed(): number;
  /** Takes over a newer reading. */
  sync(reading: ClockReading): void;
}

/** Share of real time at which a clock that is ahead creeps on until the shop's clock has caught up. */
const CREEP = 0.5;

/**
 * Creates the clock.
 * @param realNow monotonic milliseconds, such as `performance.now`
 */
export function createSimulatedClock(start: ClockReading, realNow: () => number): SimulatedClock {
  let reading = start;
  let readAt = realNow();
  let shownAtReading = start.nowMs;
  let last = start.nowMs;

  function now(): number {
    const elapsed = realNow() - readAt;
    const followed = reading.nowMs + elapsed * reading.speed;
    const crept = shownAtReading + elapsed * Math.min(CREEP, reading.speed * CREEP);
    last = Math.max(last, Math.floor(Math.max(followed, crept)));
    return last;
  }

  return {
    now,
    speed: () => reading.speed,
    sync: (next) => {
      shownAtReading = now();
      reading = next;
      readAt = realNow();
    },
  };
}

/**
 * Makes `Date` tell the simulated time where no time is given: `Date.now()`, `new Date()` and `Date()`.
 * Everything else of `Date` stays as it is, `instanceof` and subclasses included.
 */
export function patchDate(target: { Date: DateConstructor }, now: () => number): void {
  const RealDate = target.Date;
  const SimulatedDate = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (base, parts, newTarget) =>
      Reflect.construct(base, parts.length === 0 ? [now()] : parts, newTarget) as object,
    get: (base, key, receiver) => (key === 'now' ? now : (Reflect.get(base, key, receiver) as unknown)),
  });
  RealDate.prototype.constructor = SimulatedDate;
  target.Date = SimulatedDate;
}
