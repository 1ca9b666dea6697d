import type {
  AlertRecord,
  AnomalyLabelRecord,
  ExecutionRecord,
  IncidentRecord,
  OpenIncident,
  PlanRecord,
  ProposalsAnswer,
  ProposePlan,
} from '#contracts';
import type { IncidentCandidate } from '#engine';
import type { RcaReport, ServiceGraph, Signal } from '#model';
import type { Assessment, Datasource } from '../../datasource/datasource.ts';
import { TrainedWeights } from '../../investigations/trained-weights.ts';
import { KnownTimes } from '../../datasource/known-times.ts';
import { BackendError } from '../../errors.ts';
import type { AlertLedger } from '../../executor/alert-ledger.ts';
import { type ExecutorClient, ExecutorRefusal } from '../../executor/executor-client.ts';
import { IncidentDesk } from '../incident-desk.ts';
import type { StartIncidentRun } from '../incident-runs.ts';

/** Now, when a test begins. */
export const at = 1_700_000_000_000;
const check = { name: 'n', query: 'up', operator: '<', threshold: 1, unit: 'count' };
const restart = {
  action: 'restart',
  target: { kind: 'deployment', name: 'payment' },
  parameters: {},
  rationale: 'why [1]',
  confidence: 0.9,
  expectedSeconds: 60,
  verification: [check],
};

/** A report of a trouble at the gateway that payment causes. */
export function makeReport(change: object = {}): RcaReport {
  return {
    id: 'r',
    target: { service: 'gateway', symptom: 'latency' },
    decision: 'root-cause',
    verdict: 'LIKELY',
    concurrent: 1,
    onsetMs: at - 60_000,
    baseline: { fromMs: at - 3_600_000, toMs: at - 600_000 },
    hypotheses: [{ service: 'payment', cause: 'pool-exhaustion' }],
    victims: ['checkout'],
    changes: [],
    proposals: [restart],
    gaps: [],
    narrator: 'engine',
    ...change,
  } as unknown as RcaReport;
}

/** A ledger in memory that remembers what it was told. */
function makeLedger() {
  const ledger = {
    incidents: [] as IncidentRecord[],
    plans: [] as PlanRecord[],
    executions: [] as Partial<ExecutionRecord>[],
    resolved: [{ onsetMs: at - 7_200_000, resolvedMs: at - 6_600_000 }] as Partial<IncidentRecord>[],
    labels: [] as AnomalyLabelRecord[],
    updates: 0,
    down: false,
    refusal: '',
    suggestions: [] as object[],
    alerts: [] as AlertRecord[],
    started: [] as { id: string; again: boolean; atMs: number }[],
  };
  const guard = (): void => {
    if (ledger.down) {
      throw new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', 'down');
    }
  };
  const client: ExecutorClient = {
    ping: async () => guard(),
    listOpenIncidents: async () => {
      guard();
      return [...ledger.incidents];
    },
    listResolvedIncidents: async () => ledger.resolved as IncidentRecord[],
    listLabels: async () => ledger.labels,
    putLease: async () => ({ name: '', holder: '', held: false, expiresMs: 0, token: 0 }),
    openIncident: async (incident: OpenIncident) => {
      const record = { ...incident, id: `i${ledger.incidents.length}`, status: 'open' } as unknown as IncidentRecord;
      ledger.incidents.push(record);
      return record;
    },
    updateReport: async (id, report) => {
      ledger.updates += 1;
      ledger.incidents = ledger.incidents.map((record) => (record.id === id ? { ...record, report } : record));
      return ledger.incidents[0] as IncidentRecord;
    },
    listPlans: async () => ledger.plans,
    proposePlan: async (plan: ProposePlan) => {
      if (ledger.refusal !== '') {
        throw new ExecutorRefusal(ledger.refusal, 'no', 'no');
      }
      const record = { ...plan, id: `p${ledger.plans.length}`, executionId: null } as unknown as PlanRecord;
      ledger.plans.push(record);
      return record;
    },
    listSuggestions: async () => ({ items: ledger.suggestions as ProposalsAnswer['items'], misses: [] }),
    proposeRunbook: async (proposal) => {
      const record = { ...proposal, id: `p${ledger.plans.length}`, executionId: null } as unknown as PlanRecord;
      ledger.plans.push(record);
      return record;
    },
    listExecutions: async () => ledger.executions as ExecutionRecord[],
  };
  const alerts: AlertLedger = {
    listWaiting: async () => {
      guard();
      return ledger.alerts.filter(({ status, incidentId }) => status === 'firing' && incidentId === null);
    },
    link: async (id, incidentId) => {
      guard();
      ledger.alerts = ledger.alerts.map((alert) => (alert.id === id ? { ...alert, incidentId } : alert));
      return ledger.alerts.find((alert) => alert.id === id) as AlertRecord;
    },
  };
  return { ledger, client, alerts };
}

const graph: ServiceGraph = {
  nodes: [
    { name: 'gateway', kind: 'service' },
    {
      name: 'payment',
      kind: 'service',
      namespace: 'shop',
      workload: { kind: 'Deployment', name: 'payment-v2' },
    },
  ],
  edges: [{ caller: 'gateway', callee: 'payment', kind: 'http', lastSeenMs: at }],
  generatedAtMs: at,
};

/** A desk over a ledger in memory, with reports that a test chooses. */
export function makeDesk(report: () => RcaReport, signals: readonly Signal[] = []) {
  const { ledger, client, alerts } = makeLedger();
  const knownTimes = new KnownTimes();
  let analyses = 0;
  const datasource = {
    clock: { now: () => at + 1e9 },
    settings: { llm: { enabled: false }, watch: { collectSeconds: 15, historyMinutes: 180 } },
    knownTimes,
    trained: new TrainedWeights(undefined),
    secrets: {},
    upstreams: { prometheus: { query: async () => ({ samples: [] }) }, alerts },
    changes: { read: async () => ({ changes: [], gaps: [] }) },
    signals: {
      readFine: async () => ({ signals, gaps: [], window: { fromMs: 0, toMs: at + 1e9 }, stepSeconds: 15 }),
    },
    assess: async () => ({ judgement: { graph }, gaps: [] }),
    pool: {
      run: async () => {
        analyses += 1;
        return report();
      },
    },
  } as unknown as Datasource;
  let nowMs = at;
  const startRun: StartIncidentRun = ({ id }, _window, again) => void ledger.started.push({ id, again, atMs: nowMs });
  const desk = new IncidentDesk(datasource, client, () => undefined, startRun);
  /** One look, with one trouble, or with none. */
  const look = (minutes: number, change: Partial<IncidentCandidate> | null = {}, mayAct = true) => {
    nowMs = at + minutes * 60_000;
    const candidate = {
      fingerprint: 'incident:gateway',
      target: { service: 'gateway', symptom: 'latency' },
      onsetMs: at - 60_000,
      detectedMs: at,
      lastMs: at,
      services: ['gateway', 'payment'],
      peak: 9,
      ...change,
    };
    const judgement = { atMs: at + minutes * 60_000, graph, incidents: change === null ? [] : [candidate] };
    return desk.handle({ judgement } as unknown as Assessment, mayAct, new AbortController().signal);
  };
  return { ledger, look, analysed: () => analyses, knownTimes };
}
