import type { IncidentRecord, OpenIncident, Page } from '#contracts';
import type { EpochMs, VerificationCheck } from '#model';
import type { PageRequest } from './page.ts';

/** An open incident with the checks that will close it. */
export interface OpenIncidentWatch {
  readonly id: string;
  readonly service: string;
  readonly recovery: readonly VerificationCheck[];
}

/** Times of one incident, for the key figures. */
export interface IncidentTimes {
  readonly id: string;
  readonly service: string;
  readonly onsetMs: EpochMs;
  readonly detectedMs: EpochMs;
  readonly resolvedMs: EpochMs | null;
}

/** Which incidents to read. What is missing is not asked for. */
export interface IncidentFilter {
  readonly status?: IncidentRecord['status'] | undefined;
  readonly origin?: IncidentRecord['origin'] | undefined;
  readonly assignee?: string | undefined;
  /** Part of id, service, service of the leading cause, assignee or opener, whatever the case of its letters. */
  readonly q?: string | undefined;
}

/** Incidents: opened by the backend, resolved by the executor's own checks. */
export interface IncidentStore {
  /** Newest first. */
  list(page: PageRequest, filter?: IncidentFilter): Promise<Page<IncidentRecord>>;
  find(id: string): Promise<IncidentRecord | null>;
  findOpen(fingerprint: string): Promise<IncidentRecord | null>;
  insert(id: string, incident: OpenIncident, atMs: EpochMs): Promise<void>;
  /** Counts one more report of an incident that is already open. */
  countAlert(id: string): Promise<void>;
  updateReport(id: string, report: OpenIncident['report'], atMs: EpochMs): Promise<void>;
  /** @param assignee null for nobody */
  assign(id: string, assignee: string | null, atMs: EpochMs): Promise<void>;
  /**
   * @param closed who said that it is over; null where the checks found it
   * @returns false when the incident was not open
   */
  resolve(id: string, by: 'action' | 'unassisted', atMs: EpochMs, closed?: IncidentRecord['closed']): Promise<boolean>;
  /** Whether an execution is running or verifying on it. */
  isBusy(id: string): Promise<boolean>;
  /**
   * Open incidents on which no execution is running or verifying, and that checks may close. Those that an alert opened only while
   * no alert of theirs that was heard of since a time fires: what a person watches with a rule is more than the checks know. Not
   * those that a person declared: they saw what the checks do not.
   */
  watched(heardSinceMs: EpochMs): Promise<readonly OpenIncidentWatch[]>;
  recovery(id: string): Promise<readonly VerificationCheck[]>;
  /** The newest `limit` incidents. */
  times(limit: number): Promise<readonly IncidentTimes[]>;
  /** Incidents ever opened, reports ever received, incidents open now. */
  counts(): Promise<{ opened: number; reported: number; open: number }>;
}
