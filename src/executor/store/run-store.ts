import type { FinishRun, Page, RunEvent, RunFeedbackRecord, RunRecord, StartRun } from '#contracts';
import type { EpochMs } from '#model';
import type { PageRequest } from './page.ts';

/** Which runs to read; those that were dropped are never among them. */
export interface RunFilter {
  readonly status?: RunRecord['status'] | undefined;
  readonly incidentId?: string | undefined;
  readonly service?: string | undefined;
}

/** What was said about a run, with who said it. */
export type StoredFeedback = RunFeedbackRecord & { readonly authorId: string; readonly runId: string };

/** Investigations and their events. Events are only added; a run that was dropped keeps its row and its feedback. */
export interface RunStore {
  list(page: PageRequest, filter: RunFilter): Promise<Page<RunRecord>>;
  /** Null for an unknown or dropped run. */
  find(id: string): Promise<RunRecord | null>;
  /** The run of an incident or question that is running or finished. */
  findSame(fingerprint: string, startsAtMs: EpochMs): Promise<RunRecord | null>;
  /** Whether the id was ever used. */
  isKnown(id: string): Promise<boolean>;
  insert(run: StartRun, atMs: EpochMs): Promise<void>;
  /** Stored events after a number, by number. */
  events(id: string, after: number, limit: number): Promise<readonly RunEvent[]>;
  /** Characters of the events that are stored. */
  characters(id: string): Promise<number>;
  /** Adds events and raises the revision; also without events. */
  append(id: string, events: readonly RunEvent[]): Promise<void>;
  /** @returns false when it is over */
  finish(id: string, end: Omit<FinishRun, 'lastSeq'>, atMs: EpochMs): Promise<boolean>;
  addFeedback(feedback: StoredFeedback): Promise<void>;
  feedback(runId: string): Promise<readonly RunFeedbackRecord[]>;
  /**
   * Drops runs that are over: those that began before a time, and the oldest beyond a number.
   * @returns their ids
   */
  drop(limits: { readonly beforeMs: EpochMs; readonly keep: number }, atMs: EpochMs): Promise<readonly string[]>;
}
