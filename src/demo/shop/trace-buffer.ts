import type { FailureKind } from './failure.ts';
import type { Message } from './message-queue.ts';
import type { Pod } from './pod.ts';
import type { SpanSite } from './span-site.ts';

/** One span of the request that is being simulated. Seconds count from the start of the request. */
export interface SpanRecord {
  site: SpanSite;
  /** Index of the parent, -1 for the root. */
  parent: number;
  startSeconds: number;
  durationSeconds: number;
  failure: FailureKind | undefined;
  /** HTTP status, 0 where there is none. */
  status: number;
  pod: Pod | undefined;
  message: Message | undefined;
}

/** The spans of one request. Reused from request to request, so that a request that is not kept costs no allocation. */
export class TraceBuffer {
  readonly #records: SpanRecord[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  reset(): void {
    this.#length = 0;
  }

  /** Starts a span and returns its index. */
  open(site: SpanSite, parent: number, startSeconds: number, pod?: Pod): number {
    const record = this.#records[this.#length];
    if (record) {
      record.site = site;
      record.parent = parent;
      record.startSeconds = startSeconds;
      record.durationSeconds = 0;
      record.failure = undefined;
      record.status = 0;
      record.pod = pod;
      record.message = undefined;
    } else {
      this.#records.push({
        site,
        parent,
        startSeconds,
        durationSeconds: 0,
        failure: undefined,
        status: 0,
        pod,
        message: undefined,
      });
    }
    return this.#length++;
  }

  /** The span at an index below `length`. */
  at(index: number): SpanRecord {
    const record = index < this.#length ? this.#records[index] : undefined;
    if (!record) {
      throw new RangeError(`span ${index} of ${this.#length}`);
    }
    return record;
  }

  /** Ends a span. */
  close(index: number, durationSeconds: number, failure: FailureKind | undefined, status = 0): void {
    const record = this.at(index);
    record.durationSeconds = durationSeconds;
    record.failure = failure;
    record.status = status;
  }
}
