import React, { type ReactNode } from 'react';
import { dateTime, type TimeRange } from '@grafana/data';
import type { BackendSrvRequest } from '@grafana/runtime';
import { render } from '@testing-library/react';
import { MemoryRouter } from 'react-router-dom';
import {
  anomaliesAnswer,
  backtestAnswer,
  detectorsAnswer,
  featuresAnswer,
  labelRecord,
} from '../../ui/testing/anomalies.ts';
import {
  alertRecord,
  auditEntry,
  execution,
  incident,
  NOW_MS,
  plan,
  shopGraph,
  shopStates,
  topologyAnswer,
} from '../../ui/testing/records.ts';
import { finishedRun, runDetail, runEvents, runLines, runRecord, usualBodies } from '../../ui/testing/runs.ts';
import { notification, runbookEntry, suggestion } from '../../ui/testing/runbooks.ts';
import { createBackendClient } from '../api/backend-client.ts';
import { type Clients, ClientsContext } from '../api/clients.ts';
import { createExecutorClient } from '../api/executor-client.ts';
import { type FakeAnswer, fakeHttp } from './fake-http.ts';

/** The last hour before the records' instant. */
export const RANGE: TimeRange = {
  from: dateTime(NOW_MS - 3_600_000),
  to: dateTime(NOW_MS),
  raw: { from: String(NOW_MS - 3_600_000), to: String(NOW_MS) },
};

/** Answers by the end of the path, with the method before it or `?cursor=` behind it where that matters; what is not named is answered as by a shop with one open incident. */
export type Answers = Readonly<Record<string, FakeAnswer>>;

const page = (...items: readonly unknown[]): FakeAnswer => ({ value: { items, nextCursor: null } });

const USUAL: Answers = {
  overview: { value: { atMs: NOW_MS, services: shopStates(), graph: shopGraph(), problems: [] } },
  topology: { value: topologyAnswer() },
  watch: {
    value: {
      enabled: true,
      leader: true,
      leaderName: 'backend-1',
      collectSeconds: 15,
      detectSeconds: 30,
      lastFitMs: null,
      nextFitMs: null,
      lastTickMs: NOW_MS,
      lastTickDurationMs: 1,
      ticks: 1,
      openIncidentId: null,
      problems: [],
    },
  },
  anomalies: { value: anomaliesAnswer() },
  features: { value: featuresAnswer() },
  detectors: { value: detectorsAnswer() },
  'detectors/rebaseline': { value: { reason: 'new version', service: 'payment', atMs: NOW_MS } },
  backtests: { value: backtestAnswer() },
  'POST runs': { value: { run: runRecord(), created: true, waiting: 0 } },
  'GET runs': { value: { items: [], nextCursor: null, problem: null } },
  'runs/01RUN': { value: runDetail() },
  'runs/01RUN/stream': { chunks: runLines(runEvents(...usualBodies()), finishedRun()) },
  'investigations/budget': { value: { kind: 'off' } },
  'v1/incidents': page(incident()),
  'v1/incidents/01INCIDENT': { value: incident() },
  'v1/incidents/01INCIDENT/assignee': { value: incident() },
  'v1/alerts': page(alertRecord()),
  'v1/plans': page(
    plan({
      approval: { status: 'pending', expiresMs: Date.now() + 1_500_000, decisions: [], decidedMs: null, approvers: [] },
    })
  ),
  'v1/plans/01PLAN/challenge': { value: { challenge: 'c'.repeat(32), planHash: 'a'.repeat(64), expiresMs: 1 } },
  'v1/plans/01PLAN/decision': { value: plan() },
  'v1/plans/01PLAN': { value: plan() },
  'v1/runbooks': { value: { items: [runbookEntry()], problems: [] } },
  'v1/incidents/01INCIDENT/proposals': { value: { items: [suggestion()], misses: [] } },
  'v1/freeze': { value: { frozen: false, reason: '', actor: '', atMs: 0 } },
  'v1/maintenance': { value: { windows: [] } },
  'v1/notifications': page(notification()),
  'v1/executions': page(execution()),
  'v1/audit': page(auditEntry(1), auditEntry(2)),
  'v1/audit/verify': { value: { ok: true, entries: 2, brokenAt: null } },
  'v1/labels': page(labelRecord()),
  'POST v1/labels': { value: labelRecord() },
  'v1/labels/01LABEL/withdraw': { value: labelRecord() },
  'v1/actions': { value: { items: [] } },
};

function answerFrom(answers: Answers, { url, method, params }: BackendSrvRequest): FakeAnswer {
  const known = { ...USUAL, ...answers };
  const path = url.replace(/^.*\/(?:resources|executor)\//, '');
  const { cursor } = (params ?? {}) as { readonly cursor?: string };
  return known[`${path}?cursor=${cursor}`] ?? known[`${method} ${path}`] ?? known[path] ?? { status: 404 };
}

/** Renders a page with clients that answer from a table, inside a router at `address`. */
export function renderPage(
  content: ReactNode,
  options: { answers?: Answers; address?: string; clients?: Partial<Clients> } = {}
) {
  const fake = fakeHttp((request) => answerFrom(options.answers ?? {}, request));
  const clients: Clients = {
    backend: createBackendClient('causeway', fake.http),
    executor: createExecutorClient(fake.http),
    datasourceUid: 'causeway',
    canExecute: true,
    canPropose: true,
    canLabel: true,
    canRetrain: true,
    login: 'admin',
    sources: {},
    exploreUrl: () => undefined,
    ...options.clients,
  };
  const view = render(
    <MemoryRouter initialEntries={[options.address ?? '/']}>
      <ClientsContext.Provider value={clients}>{content}</ClientsContext.Provider>
    </MemoryRouter>
  );
  return { ...view, ...fake };
}

/** Every executor route refused, as when the executor is down. */
export const EXECUTOR_DOWN: Answers = Object.fromEntries(
  Object.keys(USUAL)
    .filter((key) => key.startsWith('v1/'))
    .map((key) => [key, { status: 502 }])
);
