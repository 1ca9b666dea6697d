import type { NotificationRecord, RunbookEntry, RunbookParameter, RunbookSuggestion } from '#contracts';
import { NOW_MS } from './records.ts';

export function parameter(name: string, change: Partial<RunbookParameter> = {}): RunbookParameter {
  return {
    name,
    type: 'string',
    description: '',
    required: true,
    fromLabel: null,
    default: null,
    minimum: null,
    maximum: null,
    values: [],
    pattern: null,
    maxLength: null,
    ...change,
  };
}

export function runbookEntry(change: Partial<RunbookEntry> = {}): RunbookEntry {
  return {
    name: 'scale-out',
    version: 2,
    title: 'Add replicas',
    owner: 'platform',
    digest: 'd'.repeat(64),
    source: 'scale-out.yaml',
    missingActions: [],
    risk: 'medium',
    approval: 'required',
    parameters: [
      parameter('service', { type: 'service', fromLabel: 'service' }),
      parameter('replicas', { type: 'integer', minimum: 1, maximum: 10 }),
    ],
    steps: [
      {
        id: 'scale',
        action: 'k8s.scale',
        title: 'Change the number of replicas',
        reversible: true,
        destructive: false,
        condition: 'params.replicas > 1',
        ttl: '30m',
      },
    ],
    triggers: ['cause = saturation'],
    autonomy: { level: 'suggest', inARow: 2, needed: 3 },
    executions: { total: 3, recovered: 2 },
    ...change,
  };
}

export function suggestion(change: Partial<RunbookSuggestion> = {}): RunbookSuggestion {
  return {
    runbook: { name: 'scale-out', version: 2, title: 'Add replicas' },
    parameters: { service: 'payment', replicas: 4 },
    parametersFrom: 'labels and defaults',
    missing: [],
    why: ['The cause is saturation.'],
    risk: 0.42,
    expectedSeconds: 180,
    steps: ['Change the number of replicas of payment'],
    reversible: true,
    decision: {
      confidence: 0.9,
      source: 'rule',
      arithmetic: {
        rule: { action: 'scale-out', confidence: 0.9 },
        fallback: { action: 'manual', confidence: 0.5 },
        reason: 'there are no similar cases',
      },
    },
    ...change,
  };
}

export function notification(change: Partial<NotificationRecord> = {}): NotificationRecord {
  return {
    id: '01NOTIFICATION',
    channel: 'incidents',
    event: 'approval-requested',
    subject: 'Approval asked: Add replicas',
    createdMs: NOW_MS,
    attempts: 0,
    sentMs: null,
    error: null,
    dropped: false,
    content: {},
    ...change,
  };
}
