/**
 * Shows what leaves for a language model: npm run --silent test:egress -- [--json]
 * Every case runs in a child process whose sockets are counted: without a language model none is opened, with one only to it, and
 * no secret of the telemetry is in what it received. The result goes to standard output: `tried`, `held`, `failures`. Exit code 1
 * when something else happened.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import {
  message,
  sendJson,
  sendStream,
  startMessagesServer,
  toolMessage,
} from '../tests/support/llm/messages-server.ts';
import { GOOD_REPORT } from '../src/llm/testing/run-options.ts';
import { CANARIES } from './egress/canaries.ts';
import { egressCases, type Servers } from './egress/cases.ts';
import { watchSockets } from './egress/socket-log.ts';
import { runTrial, type TrialResult } from './trial.ts';

/** What the child saw in one case. */
interface CaseReport {
  readonly name: string;
  readonly allowed: 'nothing' | 'model';
  readonly connections: readonly string[];
}

const RANGE = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:20:00Z' };
const CALLS = [
  { name: 'query_metrics', input: { query: 'up', ...RANGE } },
  { name: 'search_logs', input: { query: '{a="b"}', ...RANGE } },
  { name: 'read_trace', input: { trace_id: '0123456789abcdef' } },
];

if (process.send) {
  await beChild();
} else {
  await runTrial({
    help: 'npm run --silent test:egress -- [--json]',
    readOptions: (args) =>
      parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }).values,
    run: tryEgress,
  });
}

/** Runs all cases one after the other and tells the parent which sockets each opened. */
async function beChild(): Promise<void> {
  const [servers] = (await once(process, 'message')) as [Servers];
  const sockets = watchSockets();
  for (const { name, allowed, run } of egressCases(servers)) {
    sockets.clear();
    await run();
    process.send?.({ name, allowed, connections: [...sockets.seen] } satisfies CaseReport);
  }
  sockets.clear();
  await fetch(servers.trap).catch(() => undefined);
  process.send?.({ name: 'control', allowed: 'nothing', connections: [...sockets.seen] } satisfies CaseReport);
  process.disconnect();
}

async function tryEgress(): Promise<TrialResult> {
  const model = await startMessagesServer();
  const trap = await startMessagesServer();
  const payloads: string[] = [];
  model.behave((response, _, { path, text, headers }) => {
    payloads.push(JSON.stringify(headers) + text);
    const isFirst = !/"tool_(?:use|calls)"/.test(text) && text.includes('"tools"');
    if (path.includes('grafana-llm-app')) {
      sendJson(response, completion(isFirst));
    } else {
      sendStream(response, isFirst ? toolMessage(...CALLS) : message(JSON.stringify(GOOD_REPORT)));
    }
  });
  trap.behave((response) => sendJson(response, {}));
  try {
    const reports = await runChild({ model: model.url, trap: trap.url });
    return judge(reports, payloads, new URL(model.url).host, new URL(trap.url).host);
  } finally {
    await Promise.all([model.close(), trap.close()]);
  }
}

/** The environment would lead a careless client elsewhere. */
async function runChild(servers: Servers): Promise<readonly CaseReport[]> {
  const child = fork(import.meta.filename, {
    execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    env: {
      PATH: process.env['PATH'],
      ANTHROPIC_BASE_URL: servers.trap,
      ANTHROPIC_API_KEY: 'sk-environment-key',
      ANTHROPIC_CUSTOM_HEADERS: 'x-canary: CANARY-4711',
      ANTHROPIC_LOG: 'debug',
    },
  });
  const reports: CaseReport[] = [];
  child.on('message', (report) => reports.push(report as CaseReport));
  child.send(servers);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) {
    throw new Error(`The child process ended with ${String(code)}.`);
  }
  return reports;
}

function judge(reports: readonly CaseReport[], payloads: readonly string[], model: string, trap: string): TrialResult {
  const cases = reports.filter(({ name }) => name !== 'control');
  const failures: object[] = cases.flatMap(({ name, allowed, connections }) => {
    const strange = connections.filter((target) => allowed === 'nothing' || target !== model);
    return strange.length > 0 ? [{ case: name, connections: strange }] : [];
  });
  const leaked = CANARIES.filter(({ value }) => payloads.some((payload) => payload.includes(value)));
  failures.push(...leaked.map(({ value }) => ({ canary: value, leaked: true })));
  // Without these the counting itself would not work, or there would be nothing to search.
  const isCounted = reports.some(({ name, connections }) => name === 'control' && connections.includes(trap));
  const hasConnected = cases.some(({ connections }) => connections.includes(model));
  const hasTools = payloads.some((payload) => payload.includes('again'));
  const hasAll = payloads.length >= cases.filter(({ allowed }) => allowed === 'model').length;
  const controls = [
    ...(isCounted && hasConnected ? [] : [{ control: 'a connection of the child was not counted' }]),
    ...(hasTools && hasAll ? [] : [{ control: 'not every case sent what it should' }]),
  ];
  const tried = cases.length + CANARIES.length + 2;
  return { tried, held: tried - failures.length - controls.length, failures: [...failures, ...controls] };
}

/** The same in the form of chat completions. */
function completion(isFirst: boolean): object {
  const tool_calls = CALLS.map(({ name, input }, at) => ({
    id: `call_${at}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  const answer = isFirst
    ? { role: 'assistant', content: '', tool_calls }
    : { role: 'assistant', content: JSON.stringify(GOOD_REPORT) };
  const usage = { prompt_tokens: 3000, completion_tokens: 300 };
  return { model: 'gpt-test', choices: [{ message: answer, finish_reason: isFirst ? 'tool_calls' : 'stop' }], usage };
}
