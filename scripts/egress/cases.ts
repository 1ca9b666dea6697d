import {
  answerQuestion,
  explain,
  grafanaModel,
  investigate,
  type InvestigateOptions,
  type LanguageModel,
  messagesModel,
  previewExplanation,
  previewInvestigation,
  previewQuestion,
} from '../../src/llm/index.ts';
import { narrateReport } from '../../src/backend/investigations/narrate-report.ts';
import type { Datasource } from '../../src/backend/datasource/datasource.ts';
import { createRunInvestigator } from '../../src/backend/investigator/run-investigator.ts';
import {
  answerAsk,
  answerBudget,
  answerPreview,
  streamInvestigation,
} from '../../src/backend/resources/investigator.ts';
import type { ResourceCall } from '../../src/backend/resources/router.ts';
import { parseSettings } from '../../src/backend/settings/parse-settings.ts';
import { FakeTools } from '../../src/llm/testing/fake-tools.ts';
import { makeReport } from '../../src/llm/testing/reports.ts';
import { NOW_MS, runOptions } from '../../src/llm/testing/run-options.ts';
import { CANARIES, CANARY_ROWS, canaryReport, PRIVATE_PATTERNS } from './canaries.ts';

/** Addresses of the servers that stand by. */
export interface Servers {
  /** The language model. */
  readonly model: string;
  /** Nobody may connect to it. */
  readonly trap: string;
}

/** Something to do, and where it may connect to. */
export interface EgressCase {
  readonly name: string;
  readonly allowed: 'nothing' | 'model';
  readonly run: () => Promise<unknown>;
}

const KEY = 'sk-egress-key';

/** Everything that touches the language model, switched off, broken and on. */
export function egressCases({ model, trap }: Servers): readonly EgressCase[] {
  const messages = messagesModel({ apiKey: KEY, baseUrl: model, model: 'm' });
  const grafana = grafanaModel({ grafanaUrl: model, token: 'glsa_egress', model: 'base' });
  const none = (name: string, run: () => Promise<unknown>): EgressCase => ({ name, allowed: 'nothing', run });
  const only = (name: string, run: () => Promise<unknown>): EgressCase => ({ name, allowed: 'model', run });
  const backend = (llm: object, llmApiKey?: string) => () => narrate(llm, llmApiKey);
  return [
    none('the backend without any setting of a language model', backend({})),
    none('the backend with a language model that is switched off', backend({ enabled: false, baseUrl: trap }, KEY)),
    none('the backend without a key', backend({ enabled: true, baseUrl: trap })),
    none('the backend with a pattern that cannot be used', backend({ enabled: true, baseUrl: trap, privatePatterns: ['(a+'] }, KEY)),
    none('the backend with the LLM app of a Grafana that is not configured', backend({ enabled: true, provider: 'grafana-llm-app' }, KEY)),
    none('the investigator of the backend, switched off', () => askWhileOff(trap)),
    none('a run that investigates, with a language model that is switched off', () => investigateInRun({ enabled: false, baseUrl: trap })),
    none('a preview of an explanation', async () => previewExplanation(makeReport(), options(messages))),
    none('a preview of an investigation', async () => previewInvestigation(makeReport(), options(grafana))),
    none('a preview of a question', async () => previewQuestion('Why?', makeReport(), options(messages))),
    none('a report without evidence', () => explain(makeReport({ evidence: [] }), options(messages))),
    none('a budget that is used up', () => investigate(makeReport(), options(messages, { budgets: { perMonth: { tokens: 1 } } }))),
    only('the backend with a language model', backend({ enabled: true, baseUrl: model, privatePatterns: PRIVATE_PATTERNS }, KEY)),
    only('a run that investigates', () => investigateInRun({ enabled: true, baseUrl: model, privatePatterns: PRIVATE_PATTERNS })),
    ...[messages, grafana].flatMap((port) => [
      only(`an explanation by the ${port.provider}`, () => explain(canaryReport(), options(port))),
      only(`an investigation by the ${port.provider}`, () => investigate(canaryReport(), options(port))),
      only(`a question to the ${port.provider}`, () => answerQuestion('What did canary.jane@example.com do from 10.77.66.55 with password=CanaryPass-99?', canaryReport(), options(port))),
    ]),
  ];
} // prettier-ignore

function options(model: LanguageModel, changes: Partial<InvestigateOptions> = {}): InvestigateOptions {
  const tools = new FakeTools({ queryMetrics: CANARY_ROWS, searchLogs: CANARY_ROWS, readTrace: new Error('401 from http://canaryuser:canarypw@db7.canary.internal') });
  return runOptions(model, { tools, privatePatterns: PRIVATE_PATTERNS, ...changes });
} // prettier-ignore

function narrate(llm: object, llmApiKey: string | undefined): Promise<unknown> {
  const settings = parseSettings(JSON.stringify({ prometheus: { url: 'http://prometheus.invalid' }, llm }));
  const secrets = llmApiKey === undefined ? {} : { llmApiKey };
  return narrateReport(
    canaryReport(),
    { settings, secrets, clock: { now: () => NOW_MS } },
    new AbortController().signal
  );
}

/** Every resource of the investigator; each may answer only that it is off. */
async function askWhileOff(trap: string): Promise<void> {
  const settings = parseSettings(JSON.stringify({ prometheus: { url: trap }, llm: { enabled: false, baseUrl: trap } }));
  const subject = { kind: 'window', service: 'payment', fromMs: NOW_MS - 60_000, toMs: NOW_MS };
  const call = (body: object) =>
    ({
      datasource: { settings, secrets: { llmApiKey: KEY } },
      parameters: new URLSearchParams(),
      body: Buffer.from(JSON.stringify(body)),
      signal: new AbortController().signal,
      role: 'Admin',
    }) as unknown as ResourceCall;
  const lines: string[] = [];
  await streamInvestigation(call({ subject }), async ({ body }) => void lines.push(String(body)));
  const answers = [
    await answerPreview(call({ task: 'explain', subject })),
    await answerAsk(call({ subject, question: 'Why?' })),
    await answerBudget(call({})),
    JSON.parse(lines.join('')),
  ];
  if (answers.some(({ kind }: { kind: string }) => kind !== 'off')) {
    throw new Error('something is not off');
  }
}

/** The tools of the backend over sources in memory that are full of what is private. */
async function investigateInRun(llm: object): Promise<void> {
  const report = canaryReport();
  const series = CANARIES.map(({ value, text }) => ({ labels: { host: value, pod: text }, timesMs: [1], values: [1] }));
  const datasource = {
    settings: parseSettings(JSON.stringify({ prometheus: { url: 'http://prometheus.invalid' }, llm })),
    secrets: { llmApiKey: KEY },
    clock: { now: () => NOW_MS },
    upstreams: {
      prometheus: { query: async () => ({ samples: [] }), queryRange: async () => ({ series }) },
      loki: { queryLines: async () => CANARIES.map(({ text }, at) => ({ atMs: at, labels: {}, line: text })) },
      tempo: { trace: () => Promise.reject(new Error('401 from http://canaryuser:canarypw@db7.canary.internal')) },
    },
  } as unknown as Datasource;
  const request = { service: 'payment', window: report.window, depth: 'investigate' as const };
  const { signal } = new AbortController();
  const investigator = createRunInvestigator(() => undefined);
  await investigator({ datasource, request, report, incidentId: null, emit: () => undefined, signal });
}
