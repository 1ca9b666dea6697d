import type { EpochMs } from '#model';
import type { MaintenanceWindow } from '../guards/guard-rails.ts';

/** The kill switch. While `frozen`, no effect is started. */
export interface FreezeState {
  readonly frozen: boolean;
  readonly reason: string;
  readonly actor: string;
  readonly atMs: EpochMs;
}

/** Small durable facts: the kill switch and the tokens that were used. */
export interface SettingStore {
  freeze(): Promise<FreezeState>;
  setFreeze(state: FreezeState): Promise<void>;
  /** Windows in which nothing may be changed, those that are over included. */
  maintenance(): Promise<readonly MaintenanceWindow[]>;
  setMaintenance(windows: readonly MaintenanceWindow[]): Promise<void>;
  /** Writes something, to find out whether the ledger takes writes again. */
  probe(atMs: EpochMs): Promise<void>;
  /** @returns false when the token was used before */
  useToken(jti: string, expiresMs: EpochMs): Promise<boolean>;
  /** Times are real time here: tokens do not follow a simulated clock. */
  forgetTokens(beforeMs: EpochMs): Promise<void>;
}
