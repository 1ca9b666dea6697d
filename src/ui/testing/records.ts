import type {
  AlertRecord,
  AuditEntry,
  ExecutionRecord,
  ExecutionStep,
  IncidentRecord,
  PlanRecord,
  PlanStep,
  TopologyAnswer,
} from '#contracts';
import type { ActionProposal, AnomalyReading, RcaReport, ServiceAnomaly, ServiceEdge, ServiceGraph } from '#model';

/** An instant that every record is built around: 2026-11-20 10:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 20, 10, 0, 0);
const MINUTE = 60_000;

export function scored(score: number): AnomalyReading {
  return {
    kind: 'scored',
    score,
    surprisal: 3,
    expected: { lower: 0.04, centre: 0.05, upper: 0.06 },
    direction: 'above',
  };
}

export const NO_DATA: AnomalyReading = { kind: 'unknown', why: 'no-data' };

export function serviceState(service: string, reading: AnomalyReading): ServiceAnomaly {
  return {
    service,
    atMs: NOW_MS,
    reading,
    signals: [{ signalId: `${service}/latency`, kind: 'latency', reading, value: 0.2 }],
  };
}

const CALLS: ReadonlyArray<readonly [string, string, ServiceEdge['kind']]> = [
  ['user', 'gateway', 'virtual'],
  ['gateway', 'catalog', 'http'],
  ['gateway', 'checkout', 'http'],
  ['gateway', 'recommendation', 'http'],
  ['recommendation', 'catalog', 'http'],
  ['catalog', 'catalog-db', 'database'],
  ['catalog', 'search', 'http'],
  ['checkout', 'order', 'http'],
  ['checkout', 'cart', 'http'],
  ['cart', 'redis', 'database'],
  ['order', 'inventory', 'http'],
  ['order', 'orders-db', 'database'],
  ['order', 'orders-queue', 'messaging'],
  ['order', 'payment', 'http'],
  ['orders-queue', 'notification-worker', 'messaging'],
  ['payment', 'orders-db', 'database'],
  ['payment', 'payment-provider', 'virtual'],
  ['payment', 'redis', 'database'],
];

const KINDS: Readonly<Record<string, ServiceGraph['nodes'][number]['kind']>> = {
  user: 'client',
  'catalog-db': 'database',
  'orders-db': 'database',
  redis: 'cache',
  'orders-queue': 'queue',
  'payment-provider': 'external',
};

export function shopGraph(): ServiceGraph {
  const names = [...new Set(CALLS.flatMap(([caller, callee]) => [caller, callee]))].sort();
  return {
    nodes: names.map((name) => ({ name, kind: KINDS[name] ?? 'service' })),
    edges: CALLS.map(([caller, callee, kind], index) => ({
      caller,
      callee,
      kind,
      requestsPerSecond: 120 - index * 5,
      errorRatio: callee === 'payment' ? 0.04 : 0,
      clientLatencySeconds: 0.05,
      lastSeenMs: NOW_MS,
    })),
    generatedAtMs: NOW_MS,
  };
}

export function shopStates(): readonly ServiceAnomaly[] {
  const scores: Readonly<Record<string, AnomalyReading>> = {
    'orders-db': scored(0.97),
    payment: scored(0.93),
    order: scored(0.86),
    checkout: scored(0.84),
    gateway: scored(0.74),
    'payment-provider': NO_DATA,
    'notification-worker': { kind: 'unknown', why: 'warming-up', have: 40, need: 60 },
  };
  return shopGraph()
    .nodes.filter(({ name }) => name !== 'user')
    .map(({ name }) => serviceState(name, scores[name] ?? scored(0.12)));
}

export function topologyAnswer(): TopologyAnswer {
  return { graph: shopGraph(), services: shopStates(), problems: [] };
}

export const CREATE_INDEX: ActionProposal = {
  action: 'create-index',
  target: { kind: 'database', name: 'orders-db' },
  parameters: { table: 'orders', column: 'customer_id' },
  service: 'orders-db',
  rationale: 'Sequential scans of orders rose from 0 to 410 per second [2].',
  confidence: 0.91,
  expectedSeconds: 180,
  verification: [
    {
      name: 'payment p99',
      query: 'histogram_quantile(0.99, sum by (le) (rate(x[1m])))',
      operator: '<',
      threshold: 0.1,
      unit: 'seconds',
    },
    {
      name: 'sequential scans',
      query: 'rate(pg_stat_user_tables_seq_scan[1m])',
      operator: '<=',
      threshold: 5,
      unit: 'per-second',
    },
  ],
};

const RATE_LIMIT: ActionProposal = {
  ...CREATE_INDEX,
  action: 'rate-limit',
  target: { kind: 'edge', name: 'order', peer: 'payment' },
  parameters: { requestsPerSecond: 50, durationSeconds: 600 },
  rationale: 'Lowers the load on orders-db until the index exists [1].',
  confidence: 0.6,
  expectedSeconds: 30,
};

export function report(change: Partial<RcaReport> = {}): RcaReport {
  return {
    id: 'rca-1',
    target: { service: 'checkout', symptom: 'latency' },
    window: { fromMs: NOW_MS - 30 * MINUTE, toMs: NOW_MS },
    baseline: { fromMs: NOW_MS - 180 * MINUTE, toMs: NOW_MS - 30 * MINUTE },
    onsetMs: NOW_MS - 6 * MINUTE,
    decision: 'root-cause',
    verdict: 'LIKELY',
    verdictReasons: ['The cause precedes the symptom by 15 s [1].', 'No trace was sampled in the window.'],
    hypotheses: [
      {
        service: 'orders-db',
        rank: 1,
        score: 4.2,
        confidence: 0.91,
        cause: 'slow-query',
        signals: ['sequential-scans', 'cpu'],
        onsetMs: NOW_MS - 6 * MINUTE,
        path: [
          { from: 'orders-db', to: 'payment', weight: 0.94, measured: true },
          { from: 'payment', to: 'order', weight: 0.9, measured: true },
          { from: 'order', to: 'checkout', weight: 0.88, measured: false },
        ],
        contributions: [
          { feature: 'own anomaly', value: 0.97, weight: 3, evidence: [2] },
          { feature: 'earliest onset', value: 1, weight: 1.2, evidence: [1] },
        ],
        evidence: [1, 2],
      },
      {
        service: 'payment',
        rank: 2,
        score: 1.1,
        confidence: 0.07,
        cause: 'unclassified',
        signals: ['latency'],
        path: [],
        contributions: [{ feature: 'own anomaly', value: 0.4, weight: 3, evidence: [3] }],
        evidence: [3],
      },
    ],
    concurrent: 1,
    ruledOut: [
      { service: 'order', reason: 'Its own processing time did not change [3].', explainedBy: 'payment', share: 0.9 },
    ],
    victims: ['checkout', 'gateway', 'order', 'payment'],
    changes: [
      { atMs: NOW_MS - 7 * MINUTE, kind: 'migration', service: 'orders-db', summary: 'drop index orders_customer_id' },
    ],
    evidence: [
      {
        number: 1,
        source: 'metric',
        service: 'payment',
        statement: 'p99 latency of payment rose from 50 ms to 3.5 s.',
        query: 'histogram_quantile(0.99, …)',
        observed: 3.5,
        baseline: 0.05,
        unit: 'seconds',
        atMs: NOW_MS - 6 * MINUTE,
      },
      {
        number: 2,
        source: 'metric',
        service: 'orders-db',
        statement: 'Sequential scans of table orders rose.',
        query: 'rate(pg_stat_user_tables_seq_scan{server="orders-db"}[1m])',
        observed: 410,
        baseline: 0,
        unit: 'per-second',
      },
      {
        number: 3,
        source: 'log',
        service: 'order',
        statement: 'Logs report 40 time-outs a minute <b>calling</b> payment.',
        query: '{service_name="order"} |= "timeout"',
      },
    ],
    proposals: [CREATE_INDEX, RATE_LIMIT],
    gaps: [{ source: 'tempo', reason: 'No trace of the slow requests was sampled.' }],
    summary: 'A slow query on orders-db most probably started it [2]; payment, order and checkout wait for it [1][3].',
    narrator: 'engine',
    narrative: '',
    ...change,
  };
}

export function incident(change: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    id: '01INCIDENT',
    fingerprint: 'checkout-latency',
    service: 'checkout',
    symptom: 'latency',
    status: 'open',
    onsetMs: NOW_MS - 6 * MINUTE,
    detectedMs: NOW_MS - 5 * MINUTE,
    resolvedMs: null,
    resolvedBy: null,
    recovery: [...CREATE_INDEX.verification],
    report: report(),
    updatedMs: NOW_MS,
    origin: 'watch',
    openedBy: '',
    assignee: null,
    closed: null,
    ...change,
  };
}

export function alertRecord(change: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id: '01ALERT',
    fingerprint: 'c0ffee00c0ffee00',
    status: 'firing',
    name: 'CheckoutSlow',
    service: 'checkout',
    severity: 'critical',
    summary: 'p99 of checkout is above 1 s',
    labels: { alertname: 'CheckoutSlow', service_name: 'checkout', severity: 'critical' },
    startsAtMs: NOW_MS - 5 * MINUTE,
    endsAtMs: null,
    receivedMs: NOW_MS - 4 * MINUTE,
    incidentId: '01INCIDENT',
    ...change,
  };
}

export function plan(change: Partial<PlanRecord> = {}): PlanRecord {
  const { action, target, parameters, rationale, confidence, expectedSeconds, verification } = CREATE_INDEX;
  return {
    id: '01PLAN',
    incidentId: '01INCIDENT',
    planHash: 'a'.repeat(64),
    requester: 'causeway-backend',
    action,
    target: { ...target },
    parameters,
    runbook: null,
    preconditions: [],
    timing: { settleSeconds: 30, intervalSeconds: 15, consecutivePasses: 3, timeoutSeconds: 600 },
    deadlineSeconds: null,
    limits: null,
    notifications: [],
    affectedServices: 4,
    evidenceDigest: 'e'.repeat(64),
    guards: [],
    rationale,
    confidence,
    expectedSeconds,
    verification: [...verification],
    dryRun:
      'orders-db: CREATE INDEX CONCURRENTLY ON orders (customer_id)\n  rows 10000000, estimated 180 s, no lock on writes',
    targetVersion: '7',
    reversible: true,
    steps: [],
    onFailure: 'notify',
    risk: {
      base: 0.5,
      factors: [
        { name: 'confidence', factor: 1.09, reason: '2 − 0.91' },
        { name: 'peak hour', factor: 1.3, reason: '10:00 is within the peak' },
      ],
      score: 0.7085,
      approvalsRequired: 1,
    },
    approval: { status: 'pending', expiresMs: NOW_MS + 25 * MINUTE, decisions: [], decidedMs: null, approvers: [] },
    executionId: null,
    createdMs: NOW_MS - 4 * MINUTE,
    ...change,
  };
}

export function planStep(change: Partial<PlanStep> = {}): PlanStep {
  return {
    id: 'scale',
    action: 'k8s.scale',
    title: 'Change the number of replicas',
    input: { replicas: 4 },
    target: { key: 'a', system: 'cluster', namespace: 'shop', kind: 'Deployment', name: 'payment' },
    expected: { uid: 'u', version: '7' },
    diff: '-  replicas: 2\n+  replicas: 4',
    warnings: [],
    reversible: true,
    destructive: false,
    timeoutSeconds: 120,
    ...change,
  };
}

export function executionStep(change: Partial<ExecutionStep> = {}): ExecutionStep {
  return {
    id: 'scale',
    phase: 'settled',
    message: 'the platform says so',
    effectMs: NOW_MS - 2 * MINUTE,
    undoneMs: null,
    details: null,
    releaseMs: null,
    ...change,
  };
}

export function execution(change: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    id: '01EXECUTION',
    planId: '01PLAN',
    incidentId: '01INCIDENT',
    status: 'finished',
    outcome: 'recovered',
    message: 'Every check passed 3 times in a row.',
    startedMs: NOW_MS - 3 * MINUTE,
    finishedMs: NOW_MS - MINUTE,
    checks: [
      { name: 'payment p99', atMs: NOW_MS - MINUTE, value: 0.055, passed: true },
      { name: 'sequential scans', atMs: NOW_MS - MINUTE, value: 0, passed: true },
    ],
    holdsTargets: false,
    cancelledBy: null,
    steps: [],
    ...change,
  };
}

export function auditEntry(sequence: number): AuditEntry {
  return {
    sequence,
    atMs: NOW_MS - (10 - sequence) * MINUTE,
    actor: sequence % 2 === 0 ? 'admin' : 'causeway-backend',
    event: sequence % 2 === 0 ? 'plan.approved' : 'plan.proposed',
    subject: '01PLAN',
    details: { planHash: 'a'.repeat(64) },
    previousHash: String(sequence - 1)
      .repeat(64)
      .slice(0, 64),
    hash: String(sequence).repeat(64).slice(0, 64),
  };
}
