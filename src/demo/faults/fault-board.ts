import type { EpochMs, Seconds } from '#model';
import { ShopError } from '../shop/errors.ts';
import type { Shop } from '../shop/shop.ts';
import { badDeploy } from './bad-deploy.ts';
import { cpuNeighbour } from './cpu-neighbour.ts';
import { deadDependency } from './dead-dependency.ts';
import type { Fault, FaultRun } from './fault.ts';
import { missingIndex } from './missing-index.ts';
import { nothing } from './nothing.ts';
import { oomCrashLoop } from './oom-crash-loop.ts';
import { slowEdge } from './slow-edge.ts';
import { trafficSurge } from './traffic-surge.ts';
import { triple } from './triple.ts';

/** Every fault that can be injected. */
export const FAULT_CATALOGUE: readonly Fault[] = [
  missingIndex,
  triple,
  oomCrashLoop,
  badDeploy,
  cpuNeighbour,
  slowEdge,
  deadDependency,
  trafficSurge,
  nothing,
];

/** A fault that was injected and has neither been cured nor ended. `id` equals `fault`: each kind is active at most once. */
export interface ActiveFault {
  readonly id: string;
  readonly fault: string;
  readonly intensity: number;
  readonly startedMs: EpochMs;
  /** Null when it lasts until it is cured or deleted. */
  readonly endsMs: EpochMs | null;
}

interface Entry extends ActiveFault {
  run: FaultRun | undefined;
}

/** Injects faults into a shop, ends them in time, and notices when an action has undone them. */
export class FaultBoard {
  readonly #shop: Shop;
  readonly #active = new Map<string, Entry>();

  constructor(shop: Shop) {
    this.#shop = shop;
    shop.onSubStep = () => this.#update();
  }

  get active(): readonly ActiveFault[] {
    return [...this.#active.values()].map(({ id, fault, intensity, startedMs, endsMs }) => ({
      id,
      fault,
      intensity,
      startedMs,
      endsMs,
    }));
  }

  /**
   * Injects a fault at `nowMs`; it works from the next sub-step (5 s) on.
   * @throws ShopError SHOP_FAULT_UNKNOWN, SHOP_FAULT_ACTIVE
   */
  inject(id: string, intensity: number, nowMs: EpochMs, durationSeconds?: Seconds): ActiveFault {
    const fault = FAULT_CATALOGUE.find((candidate) => candidate.id === id);
    if (!fault) {
      throw new ShopError('SHOP_FAULT_UNKNOWN', `There is no fault "${id.slice(0, 80)}".`);
    }
    if (this.#active.has(id)) {
      throw new ShopError('SHOP_FAULT_ACTIVE', `The fault "${id}" is active already.`);
    }
    const endsMs = durationSeconds === undefined ? null : nowMs + durationSeconds * 1000;
    const entry: Entry = { id, fault: id, intensity, startedMs: nowMs, endsMs, run: undefined };
    this.#active.set(id, entry);
    this.#freeze();
    this.#shop.schedule(nowMs, () => {
      if (this.#active.get(id) === entry) {
        entry.run = fault.start(this.#shop, intensity, this.#shop.simulatedMs);
      }
    });
    return entry;
  }

  /** Ends one fault; what actions did stays. @throws ShopError SHOP_FAULT_UNKNOWN when it is not active */
  end(id: string): void {
    const entry = this.#active.get(id);
    if (!entry) {
      throw new ShopError('SHOP_FAULT_UNKNOWN', `The fault "${id.slice(0, 80)}" is not active.`);
    }
    this.#active.delete(id);
    this.#freeze();
    entry.run?.end();
  }

  /** Ends all faults and takes back what actions changed. */
  reset(): void {
    for (const id of this.#active.keys()) {
      this.end(id);
    }
    this.#shop.reset();
  }

  #update(): void {
    const atMs = this.#shop.simulatedMs;
    for (const [id, entry] of this.#active) {
      if (entry.run?.cured() || (entry.endsMs !== null && atMs >= entry.endsMs)) {
        this.end(id);
      }
    }
  }

  #freeze(): void {
    const causes = FAULT_CATALOGUE.filter((fault) => this.#active.has(fault.id)).flatMap((fault) => fault.causes);
    this.#shop.frozen = new Set(causes);
  }
}
