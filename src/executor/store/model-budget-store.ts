import type { EpochMs } from '#model';

/** Tokens, and money in the currency of the prices. */
export interface UsedAmount {
  readonly tokens: number;
  readonly cost: number;
}

/** What a run of the language model set aside. */
export interface NewReservation {
  readonly id: string;
  /** Whose budget it is. */
  readonly incident: string;
  /** `2026-03`, in UTC. */
  readonly month: string;
  readonly tokens: number;
  /** Null where no price is known. */
  readonly cost: number | null;
}

/** What the language model used. What was set aside and never settled counts as used. */
export interface ModelBudgetStore {
  usedForIncident(incident: string): Promise<UsedAmount>;
  usedInMonth(month: string): Promise<UsedAmount>;
  reserve(reservation: NewReservation, atMs: EpochMs): Promise<void>;
  /** @returns false when there is no such reservation, or it was settled before */
  settle(id: string, spent: { readonly tokens: number; readonly cost: number | null }, atMs: EpochMs): Promise<boolean>;
}
