import type { EpochMs } from '#model';
import type { Shop } from '../shop/shop.ts';

/** An injected fault at work. */
export interface FaultRun {
  /** Called before every sub-step of 5 s; returns true when an action has undone the fault for good. */
  cured(): boolean;
  /** Takes the fault away. */
  end(): void;
}

/** A way to break the shop. It changes parameters of the components named in `causes` and nothing else. */
export interface Fault {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Services whose parameters change: the true causes. */
  readonly causes: readonly string[];
  /** The service whose customers notice. */
  readonly symptom: string;
  /** False for what only looks like trouble. */
  readonly fault: boolean;
  /** @param intensity 0.1 to 2, 1 is the reference */
  start(shop: Shop, intensity: number, atMs: EpochMs): FaultRun;
}
