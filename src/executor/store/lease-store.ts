import type { LeaseAnswer, LeaseRequest } from '#contracts';
import type { EpochMs } from '#model';

/** Who leads. A lease has one holder at a time; it is free again when it expires. */
export interface LeaseStore {
  /**
   * Takes a free or expired lease, renews one's own, or tells who has it.
   * @param atMs real time: the life of processes does not follow a simulated clock
   * @returns the lease after the call, and whether its holder changed
   */
  acquire(name: string, request: LeaseRequest, atMs: EpochMs): Promise<LeaseAnswer & { readonly changed: boolean }>;
}
