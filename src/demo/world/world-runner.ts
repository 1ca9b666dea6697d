import type { EpochMs, Seconds } from '#model';
import { FaultBoard } from '../faults/index.ts';
import { Platform, Shop, STEP_SECONDS } from '../shop/index.ts';
import type { TelemetrySink } from '../telemetry-sink.ts';
import { WorldClock } from './world-clock.ts';

const STEP_MS = STEP_SECONDS * 1000;
/** History older than this is thinned out. */
const FINE_HISTORY_MINUTES = 180;
/** Thinned-out history has one scrape per 150 s, so that every window of 5 min holds two. */
const THINNED_STEPS = 10;
/** How far the clock may run ahead of the simulation before it is held. */
const MAX_LAG_MS = 4 * STEP_MS;
/** Real time that a burst of steps may take before other work gets its turn. */
const BURST_MS = 20;

/** How to build a world. */
export interface WorldOptions {
  readonly seed: string | number;
  /** Simulated time at which the back-filled history ends; rounded down to a scrape step. */
  readonly startMs: EpochMs;
  readonly historyMinutes: number;
  readonly speed: number;
  readonly sink: TelemetrySink;
  /** Monotonic real time in milliseconds. */
  readonly realNow: () => number;
  /** Lets other work run, and resolves. */
  readonly yieldToOthers: () => Promise<void>;
}

/** The shop with its clock: whoever moves time forward gets every scrape on the way. */
export class World {
  readonly shop: Shop;
  readonly faults: FaultBoard;
  readonly platform: Platform;
  readonly clock: WorldClock;
  readonly #options: WorldOptions;
  readonly #startMs: EpochMs;
  #advancing: Promise<void> = Promise.resolve();
  #pendingAdvances = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#startMs = Math.floor(options.startMs / STEP_MS) * STEP_MS;
    const historySteps = Math.round((options.historyMinutes * 60) / STEP_SECONDS);
    const coarse = Math.max(0, Math.floor((options.historyMinutes - FINE_HISTORY_MINUTES) * 60) / STEP_SECONDS);
    const aligned = Math.floor(coarse / THINNED_STEPS) * THINNED_STEPS;
    const steps = aligned + Math.min(historySteps, (FINE_HISTORY_MINUTES * 60) / STEP_SECONDS);
    this.shop = new Shop({ seed: options.seed, startMs: this.#startMs - steps * STEP_MS, sink: options.sink });
    this.faults = new FaultBoard(this.shop);
    this.platform = new Platform(this.shop);
    this.clock = new WorldClock(this.#startMs, 0, options.realNow);
  }

  /** Fills the history; then time starts to run. */
  async backfill(): Promise<void> {
    const fineMs = this.#startMs - FINE_HISTORY_MINUTES * 60_000;
    while (this.shop.simulatedMs < fineMs) {
      this.shop.stepThinned(THINNED_STEPS * STEP_SECONDS);
      await this.#options.yieldToOthers();
    }
    await this.#catchUp(this.#startMs);
    this.clock.setSpeed(this.#options.speed);
  }

  /** Simulates what is due by now, for at most about 20 ms of real time. Does nothing while an advance is under way. */
  keepUp(): void {
    if (this.#pendingAdvances > 0) {
      return;
    }
    const untilMs = this.#options.realNow() + BURST_MS;
    while (this.#isDue(this.clock.now()) && this.#options.realNow() < untilMs) {
      this.shop.step();
    }
    this.clock.holdAt(this.shop.simulatedMs + MAX_LAG_MS);
  }

  /** Moves time forward; resolves when every scrape up to then is done. Calls queue up. */
  async advance(seconds: Seconds): Promise<void> {
    this.#pendingAdvances++;
    const turn = this.#advancing.then(() => this.#advanceNow(seconds));
    this.#advancing = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      this.#pendingAdvances--;
    }
  }

  async #advanceNow(seconds: Seconds): Promise<void> {
    const targetMs = this.clock.now() + seconds * 1000;
    await this.#catchUp(targetMs);
    this.clock.moveTo(targetMs);
  }

  async #catchUp(targetMs: EpochMs): Promise<void> {
    let untilMs = this.#options.realNow() + BURST_MS;
    while (this.#isDue(targetMs)) {
      this.clock.moveTo(Math.min(targetMs, this.shop.simulatedMs + STEP_MS));
      this.shop.step();
      if (this.#options.realNow() > untilMs) {
        await this.#options.yieldToOthers();
        untilMs = this.#options.realNow() + BURST_MS;
      }
    }
  }

  #isDue(atMs: EpochMs): boolean {
    return this.shop.simulatedMs + STEP_MS <= atMs;
  }
}
