import type { ActionKind, ActionTarget } from '#model';
import { FaultBoard } from '../../faults/index.ts';
import { Platform } from '../platform/platform.ts';
import { Shop } from '../shop.ts';
import { RecordingSink } from './recording-sink.ts';

const NOON = Date.UTC(2026, 10, 18, 12);

/** A shop with everything that acts on it, and what it reported. */
export class Lab {
  readonly sink = new RecordingSink();
  readonly shop: Shop;
  readonly faults: FaultBoard;
  readonly platform: Platform;
  #operations = 0;

  constructor(seed: string | number = 1, startMs: number = NOON) {
    this.shop = new Shop({ seed, startMs, sink: this.sink });
    this.faults = new FaultBoard(this.shop);
    this.platform = new Platform(this.shop);
  }

  /** Simulates minutes of four scrape steps each. */
  minutes(count: number): this {
    for (let i = 0; i < 4 * count; i++) {
      this.shop.step();
    }
    return this;
  }

  inject(fault: string, intensity = 1): this {
    this.faults.inject(fault, intensity, this.shop.simulatedMs);
    return this;
  }

  act(action: ActionKind, target: ActionTarget, parameters: Readonly<Record<string, unknown>> = {}): this {
    const operationId = `operation-${this.#operations++}`;
    this.platform.act(
      { action, target, parameters, operationId, expectedVersion: undefined, dryRun: false },
      this.shop.simulatedMs
    );
    return this;
  }

  /** 99th percentile of the server spans of a service over the last minute, in seconds. */
  p99(service: string): number {
    const labels = { service, span_kind: 'SPAN_KIND_SERVER' };
    return this.sink.quantile(0.99, 'traces_spanmetrics_latency', labels);
  }

  /** Share of the server spans of a service that failed over the last `steps` scrapes, a minute by default. */
  errorRatio(service: string, steps = 4): number {
    const labels = { service, span_kind: 'SPAN_KIND_SERVER' };
    const error = { ...labels, status_code: 'STATUS_CODE_ERROR' };
    const failed = this.sink.rate('traces_spanmetrics_calls_total', error, steps);
    return failed / this.sink.rate('traces_spanmetrics_calls_total', labels, steps);
  }
}

/** A deployment as target. */
export const deployment = (name: string): ActionTarget => ({ kind: 'deployment', name });
