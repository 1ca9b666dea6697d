import { aboutMachine, toFixed, toPage, toTable } from '../markdown.ts';
import type { LedgerSpeed } from './ledger-speed.ts';
import type { EffectTimes, RestartFigures } from './product-times.ts';

/** Everything that is measured. */
export interface ExecutorAnswer {
  readonly schema: 'causeway.bench-executor/1';
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly date: string;
  readonly loadBefore: number;
  readonly ledger: LedgerSpeed;
  readonly effects: EffectTimes;
  readonly restarts: readonly RestartFigures[];
}

/** The answer of the command as a page for people. */
export function executorPage(answer: ExecutorAnswer): string {
  const { ledger, effects, restarts, loadBefore, cores } = answer;
  const busy = loadBefore > cores / 2 ? ' (other programs were running: the times are too long)' : '';
  return toPage(
    '# Executor',
    '`npm run bench:executor -- --write` measures again and writes this page; `--json` prints one JSON line. No test asserts the figures.',
    `${aboutMachine({ ...answer })} Load before the run: ${toFixed(loadBefore, 1)}${busy}.`,
    '## Audited transactions',
    toTable(
      ['', 'transactions per second'],
      [
        ['ledger: a state row and an entry of the audit chain', toFixed(ledger.auditedPerSecond, 0)],
        ['peer: the same rows by SQLite alone', toFixed(ledger.rawPerSecond, 0)],
        ['time, ratio to the peer', toFixed(ledger.ratio, 1)],
      ]
    ),
    `Both write through the same driver with WAL and synchronous FULL, in turns, into files beside each other; each transaction is on the
disk when it returns. The ledger adds the hash of the chain, the query builder and reading the entry before.`,
    '## From plan to effect',
    toTable(
      ['', 'ms'],
      [
        ['proposal to plan: read, rehearsal, risk, guard rails, hash', toFixed(effects.proposalToPlanMs, 1)],
        ['decision to first effect, as the platform sees it', toFixed(effects.decisionToEffectMs, 1)],
        ['peer: three requests to the same platform', toFixed(effects.peerMs, 1)],
        ['decision to effect, ratio to the peer', toFixed(effects.ratio, 1)],
      ]
    ),
    `Medians of ${effects.runs} runs, each in a process that has just been started. Between decision and effect the executor commits decision, queue
and intent, and reads and rehearses the target once more. The peer reads the target, rehearses and acts, and records nothing.`,
    '## Restart and memory',
    toTable(
      [
        'past executions',
        'audit entries',
        'ledger, MiB',
        'listening, ms',
        'recovery, ms',
        'peer, ms',
        'ratio',
        'idle, MiB',
        'loaded, MiB',
        'requests/s',
      ],
      restarts.map((one) => [
        String(one.pastExecutions),
        String(one.auditEntries),
        toFixed(one.ledgerMiB, 1),
        toFixed(one.listeningMs, 0),
        toFixed(one.recoveryMs, 0),
        toFixed(one.peerMs, 1),
        toFixed(one.pastExecutions === 0 ? null : one.ratio, 1),
        toFixed(one.idleMiB, 0),
        toFixed(one.loadedMiB, 0),
        toFixed(one.requestsPerSecond, 0),
      ])
    ),
    `An executor is killed with SIGKILL right after an effect, its ledger gets a past of copies of one real execution, and it is started again.
Recovery is the time from the start of the process until it asks the platform what became of that effect; it includes the check of the
whole audit chain. The peer reads every audit entry of the same file with the driver alone. Memory is the resident set: three seconds
after the start, and the highest while eight callers read lists, audit and metrics as fast as they can; callers share the machine.`
  );
}
