import type { AlertRecord, Page } from '#contracts';
import type { EpochMs } from '#model';
import type { PageRequest } from './page.ts';

/** Which alerts to read. What is missing is not asked for. */
export interface AlertFilter {
  readonly status?: AlertRecord['status'] | undefined;
  readonly service?: string | undefined;
  readonly incidentId?: string | undefined;
  /** Whether it belongs to an incident. */
  readonly linked?: boolean | undefined;
}

/** How many alerts there are. */
export interface AlertCounts {
  readonly firing: number;
  readonly resolved: number;
  /** Firing, and no incident yet. */
  readonly waiting: number;
}

/** Alerts that came by webhook: one row for each fingerprint and start, with the newest that was said about it. */
export interface AlertStore {
  /** Newest first, by when they were first heard of. */
  list(page: PageRequest, filter: AlertFilter): Promise<Page<AlertRecord>>;
  find(id: string): Promise<AlertRecord | null>;
  findSame(fingerprint: string, startsAtMs: EpochMs): Promise<AlertRecord | null>;
  insert(alert: AlertRecord): Promise<void>;
  /** Changes what may change; the link to an incident has a method of its own. */
  update(alert: Pick<AlertRecord, 'id' | 'status' | 'summary' | 'endsAtMs' | 'receivedMs'>): Promise<void>;
  /** @returns false when it is unknown or belongs to an incident already */
  link(id: string, incidentId: string): Promise<boolean>;
  counts(): Promise<AlertCounts>;
  /**
   * Forgets those not heard of since a time, and beyond a number those not heard of for longest.
   * @returns how many
   */
  drop(limits: { readonly beforeMs: EpochMs; readonly keep: number }): Promise<number>;
}
