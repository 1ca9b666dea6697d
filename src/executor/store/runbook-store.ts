import type { EpochMs } from '#model';

/** Which content a version of a runbook had when it was first used: it never gets another one. */
export interface RunbookStore {
  /** Digest of every `name@version` that was used. */
  usedDigests(): Promise<ReadonlyMap<string, string>>;
  /** @returns false when the key was used before with another digest; nothing is stored then */
  use(key: string, digest: string, atMs: EpochMs): Promise<boolean>;
}
