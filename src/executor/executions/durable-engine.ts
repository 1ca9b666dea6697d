/**
 * What carries approved executions to their end, whatever happens to the process. The executor only says that there may be new
 * work in the ledger; a Temporal or PostgreSQL engine can stand behind the same port. Whoever implements it calls `runSaga`,
 * which decides everything from the ledger: steps are actions by name with serialisable input, and every decision is a pure
 * function of what is stored.
 */
export interface DurableEngine {
  /** Takes up every execution that is not over and not being carried out: after an approval, a restart or a full disk. */
  resume(): Promise<void>;
  /** Stops waiting work and waits for effects in flight, at most as long as a platform call may take. */
  stop(): Promise<void>;
}
