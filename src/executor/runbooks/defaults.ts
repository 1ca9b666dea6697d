/** What holds where a runbook says nothing, in seconds. */
export const DEFAULT_SECONDS = {
  approvalTtl: 1800,
  cooldown: 600,
  deadline: 3600,
  stepTimeout: 120,
  settle: 30,
  verification: 600,
  interval: 15,
} as const;

/** Rounds in a row in which every check must pass. */
export const DEFAULT_CONSECUTIVE = 3;
