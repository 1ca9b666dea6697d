import type { AnomalyLabel, AnomalyLabelRecord, Page } from '#contracts';
import type { EpochMs } from '#model';
import type { PageRequest } from './page.ts';

/** Which labels to read: those that overlap the half-open range. */
export interface LabelFilter {
  readonly fromMs?: EpochMs | undefined;
  readonly toMs?: EpochMs | undefined;
  readonly service?: string | undefined;
}

/** What persons say about anomalies. A withdrawn label leaves the lists; its row and its audit entries stay. */
export interface LabelStore {
  list(page: PageRequest, filter: LabelFilter): Promise<Page<AnomalyLabelRecord>>;
  /** Null for an unknown or withdrawn label. */
  find(id: string): Promise<AnomalyLabelRecord | null>;
  insert(label: AnomalyLabelRecord & { readonly authorId: string }): Promise<void>;
  /** @returns false when it is unknown or was withdrawn before */
  withdraw(id: string, actor: string, atMs: EpochMs): Promise<boolean>;
}

/** The record of a new label. */
export function toLabelRecord(
  label: AnomalyLabel,
  { id, author, createdMs }: Pick<AnomalyLabelRecord, 'id' | 'author' | 'createdMs'>
): AnomalyLabelRecord {
  return { ...label, signalId: label.signalId ?? null, id, author, createdMs };
}
