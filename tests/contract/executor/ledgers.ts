import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import type { Ledger } from '#executor';
import { openSqliteLedger } from '#executor';

export const INCIDENT = {
  fingerprint: 'fingerprint-1',
  service: 'payment',
  symptom: 'latency' as const,
  onsetMs: 1,
  detectedMs: 2,
  recovery: [
    {
      name: 'p99',
      query: 'q',
      operator: '<' as const,
      threshold: 1,
      unit: 'seconds',
    },
  ],
  report: {
    id: 'r',
    text: 'ünïcode 😀 \0 nul',
  } as never,
};
export const PLAN = {
  id: 'P1',
  incidentId: 'I1',
  planHash: 'a'.repeat(64),
  proposalHash: 'b'.repeat(64),
  requester: 'backend',
  requesterId: 'backend:causeway',
  action: 'scale' as const,
  target: {
    kind: 'deployment' as const,
    name: 'x',
  },
  parameters: { replicas: 3 },
  rationale: 'why',
  confidence: 0.1 + 0.2,
  expectedSeconds: 60,
  runbook: null,
  preconditions: [],
  timing: { settleSeconds: 30, intervalSeconds: 15, consecutivePasses: 3, timeoutSeconds: 600 },
  deadlineSeconds: 900,
  limits: null,
  notifications: [{ channel: 'incidents', on: ['approved' as const] }],
  affectedServices: 3,
  evidenceDigest: 'e'.repeat(64),
  guards: [],
  approvers: ['alice'],
  verification: [],
  dryRun: '2 -> 3',
  targetUid: 'u',
  targetVersion: '7',
  reversible: true,
  steps: [],
  onFailure: 'notify' as const,
  policyVersion: 'v',
  risk: {
    base: 0.5,
    factors: [],
    score: 0.55,
    approvalsRequired: 1,
  },
  expiresMs: 1e3,
  createdMs: 10,
};
export const EXECUTION = {
  id: 'E1',
  planId: 'P1',
  incidentId: 'I1',
  action: 'scale' as const,
  targetKey: 'deployment/x',
  steps: [{ id: 'step-1', targetKey: 'deployment/x', operationId: 'O1', undoOperationId: 'U1' }],
  startedMs: 20,
};
export const again = (operationId: string) => ({
  steps: [{ id: 'step-1', targetKey: 'deployment/x', operationId, undoOperationId: `undo ${operationId}` }],
});
export const ENTRY = { atMs: 1, actor: 'a', event: 'e', subject: 's', details: { b: [1, null], a: 'x' } };

/** Every implementation of the ledger; each passes the same tests. */
const ADAPTERS: Readonly<Record<string, (folder: string) => Promise<Ledger>>> = {
  'SQLite file': (folder) => openSqliteLedger(path.join(folder, 'ledger.sqlite')),
  'SQLite memory': () => openSqliteLedger(':memory:'),
};

/** Describes a ledger with one incident and one plan, on every implementation. */
export function describeLedgers(subject: string, tests: (ledger: () => Ledger) => void): void {
  describe.each(Object.entries(ADAPTERS))(`${subject} on %s`, (_, open) => {
    let folder: string;
    let ledger: Ledger;
    beforeEach(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'causeway-ledger-'));
      ledger = await open(folder);
      await ledger.transaction(async ({ incidents, plans }) => {
        await incidents.insert('I1', INCIDENT, 5);
        await plans.insert(PLAN);
      });
    });
    afterEach(async () => {
      await ledger.close();
      rmSync(folder, { recursive: true });
    });
    tests(() => ledger);
  });
}
