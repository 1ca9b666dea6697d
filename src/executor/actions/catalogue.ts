import type { ActionCatalogueEntry } from '#contracts';
import type { ActionKind } from '#model';
import { BASE_RISK } from '../risk/assess-risk.ts';

type Parameter = ActionCatalogueEntry['parameters'][number];

const durationSeconds = (minimum: number): Parameter => ({
  name: 'durationSeconds',
  type: 'integer',
  required: true,
  minimum,
  maximum: 3600,
  unit: 'seconds',
  description: 'After this time the limit is lifted by itself.',
});

const text = (name: string, maximum: number, description: string): Parameter => ({
  name,
  type: 'string',
  required: true,
  maximum,
  unit: 'characters',
  description,
});

type Entry = Omit<ActionCatalogueEntry, 'action' | 'riskBase'>;

const ENTRIES: Readonly<Record<ActionKind, Entry>> = {
  scale: {
    description: 'Run another number of replicas.',
    targetKinds: ['deployment'],
    reversible: true,
    parameters: [
      {
        name: 'replicas',
        type: 'integer',
        required: true,
        minimum: 1,
        maximum: 20,
        unit: 'replicas',
        description: 'How many replicas to run, not how many to add.',
      },
    ],
  },
  restart: {
    description: 'Restart all replicas, one after the other.',
    targetKinds: ['deployment', 'database', 'cache'],
    reversible: false,
    parameters: [],
  },
  rollback: {
    description: 'Go back to the version before the last deploy.',
    targetKinds: ['deployment'],
    reversible: true,
    parameters: [],
  },
  'rate-limit': {
    description: 'Limit the requests to a service, or on the way from a caller to a callee, for a time.',
    targetKinds: ['deployment', 'edge'],
    reversible: true,
    parameters: [
      {
        name: 'requestsPerSecond',
        type: 'integer',
        required: true,
        minimum: 1,
        maximum: 10_000,
        unit: 'requests per second',
        description: 'Requests above this rate are refused.',
      },
      durationSeconds(60),
    ],
  },
  'circuit-break': {
    description: 'Stop calling a failing callee for a time.',
    targetKinds: ['edge'],
    reversible: true,
    parameters: [durationSeconds(30)],
  },
  'set-memory-limit': {
    description: 'Set the memory limit of each replica.',
    targetKinds: ['deployment', 'cache'],
    reversible: true,
    parameters: [
      {
        name: 'limitBytes',
        type: 'integer',
        required: true,
        minimum: 67_108_864,
        maximum: 8_589_934_592,
        unit: 'bytes',
        description: 'The new limit.',
      },
    ],
  },
  'create-index': {
    description: 'Create an index without blocking writes.',
    targetKinds: ['database'],
    reversible: false,
    parameters: [text('table', 63, 'Table, in lower case.'), text('column', 63, 'Column of the table, in lower case.')],
  },
  notify: {
    description: 'Record a message in the ledger. Changes nothing else.',
    targetKinds: ['deployment', 'database', 'cache', 'edge'],
    reversible: true,
    parameters: [text('message', 500, 'What to record.')],
  },
  manual: {
    description: 'Record that a person acts by hand; the executor only checks whether it helped.',
    targetKinds: ['deployment', 'database', 'cache', 'edge'],
    reversible: true,
    parameters: [text('description', 500, 'What the person will do.')],
  },
};

/** Everything that can be done, with bounds (A5.5, A5.7). The order is the order of rising risk. */
export const ACTION_CATALOGUE: readonly ActionCatalogueEntry[] = (Object.keys(BASE_RISK) as ActionKind[]).map(
  (action) => ({ action, riskBase: BASE_RISK[action], ...ENTRIES[action] })
);

/** Actions that are only recorded and followed; no platform is called. */
export function hasNoEffect(action: ActionKind): boolean {
  return action === 'notify' || action === 'manual';
}
