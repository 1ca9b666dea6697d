/**
 * Records replies of real servers for the contract tests: pushes a small data set, asks every case, stores requests and
 * replies below `tests/fixtures`. Of Loki and Tempo there are two recordings: `replies`, which the demo's store is held to, and
 * `client-<version>`, which is what the product's clients ask.
 *
 *   npm run fixtures:record -- --loki http://127.0.0.1:3100 --loki-version 3.7.6
 *   npm run fixtures:record -- --tempo http://127.0.0.1:3200 --otlp http://127.0.0.1:4318
 *   npm run fixtures:record -- --prometheus http://127.0.0.1:9090
 *
 * `--clients-only` leaves `replies` as they are: for versions other than the one that the store imitates.
 * Use fresh servers: other data in them end up in the recording. Prometheus needs `--web.enable-remote-write-receiver`.
 */
import { parseArgs } from 'node:util';
import { EXPRESSIONS, OTHER_TYPES, REFUSED } from '../tests/contract/prometheus/cases.ts';
import { LENGTH_SECONDS, START_SECONDS, hostileSeries } from '../tests/contract/prometheus/fixture-series.ts';
import { remoteWriteBody } from '../tests/contract/prometheus/remote-write.ts';
import { createLokiClient, createTempoClient } from '../src/telemetry/index.ts';
import { listenIn, writeExchangeLog } from '../tests/contract/exchanges.ts';
import { lokiCases } from '../tests/contract/loki/cases.ts';
import { logLines } from '../tests/contract/loki/log-lines.ts';
import { accessLogQuestions, lokiQuestions, metadataQuestions } from '../tests/contract/loki/questions.ts';
import { fillLoki } from '../tests/contract/loki/targets.ts';
import type { RequestCase } from '../tests/contract/recording.ts';
import { record, writeRecording } from '../tests/contract/recording.ts';
import { tempoCases } from '../tests/contract/tempo/cases.ts';
import { tempoQuestions } from '../tests/contract/tempo/questions.ts';
import { recordedSpans } from '../tests/contract/tempo/spans.ts';
import { fillTempo } from '../tests/contract/tempo/targets.ts';
import { toOtlpRequest } from '../tests/contract/tempo/otlp-request.ts';

const MINUTE_MS = 60_000;
const LOKI_SETTLE_MS = 2_000;
/** Tempo leaves out the newest half minute. */
const TEMPO_SETTLE_MS = 50_000;

async function post(
  url: string,
  contentType: string,
  body: string | Uint8Array<ArrayBuffer>,
  encoding?: string
): Promise<void> {
  const headers = { 'content-type': contentType, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) };
  const reply = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
  if (!reply.ok) {
    throw new Error(`${url} answered ${reply.status}: ${(await reply.text()).slice(0, 500)}`);
  }
}

async function versionOf(url: string, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    return given;
  }
  const reply = (await (await fetch(url)).json()) as { version?: string; data?: { version?: string } };
  return reply.version ?? reply.data?.version ?? 'unknown';
}

async function store(
  name: string,
  server: string,
  base: string,
  baseMs: number,
  cases: readonly RequestCase[]
): Promise<void> {
  const recorded = [];
  for (const one of cases) {
    recorded.push(await record(base, one));
  }
  writeRecording(name, { server, recordedAt: new Date().toISOString(), baseMs, cases: recorded });
  console.log(`${name}: ${recorded.length} replies of ${server}`);
}

function freshBase(): number {
  return Math.floor(Date.now() / (15 * MINUTE_MS)) * 15 * MINUTE_MS - 15 * MINUTE_MS;
}

async function recordLoki(url: string, version: string | undefined): Promise<void> {
  const baseMs = freshBase();
  const streams = logLines(baseMs).map(({ atMs, labels, line }) => ({
    stream: labels,
    values: [[`${atMs}000000`, line]],
  }));
  await post(`${url}/loki/api/v1/push`, 'application/json', JSON.stringify({ streams }));
  await new Promise((resolve) => setTimeout(resolve, LOKI_SETTLE_MS));
  const server = `Loki ${await lokiVersion(url, version)}`;
  await store('loki/replies', server, url, baseMs, lokiCases(baseMs));
}

function lokiVersion(url: string, given: string | undefined): Promise<string> {
  return versionOf(`${url}/loki/api/v1/status/buildinfo`, given);
}

async function recordLokiClient(url: string, given: string | undefined): Promise<void> {
  const version = await lokiVersion(url, given);
  const run = await fillLoki(url);
  const ear = await listenIn(url);
  const loki = createLokiClient({ url: ear.url, timeoutSeconds: 60 });
  const questions = [lokiQuestions, accessLogQuestions, run.takesMetadata ? metadataQuestions : {}];
  for (const ask of questions.flatMap((some) => Object.values(some) as Ask<typeof loki, typeof run>[])) {
    await refusedOrNot(ask(loki, run));
  }
  keep('loki', 'Loki', version, run, ear.exchanges());
  await ear.stop();
}

type Ask<Client, Scope> = (client: Client, scope: Scope) => Promise<unknown>;

/** A refusal is an answer too. */
function refusedOrNot(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch(() => undefined);
}

function keep(
  source: string,
  title: string,
  version: string,
  scope: object,
  exchanges: ReturnType<Awaited<ReturnType<typeof listenIn>>['exchanges']>
): void {
  const server = `${title} ${version}`;
  writeExchangeLog(source, version, { server, recordedAt: new Date().toISOString(), scope, exchanges });
  console.log(`${source} clients: ${exchanges.length} replies of ${server}`);
}

async function recordTempo(url: string, otlp: string, version: string | undefined): Promise<void> {
  // Tempo takes spans that end more than two minutes ago for late ones and does not find them by their own time.
  const baseMs = Math.floor(Date.now() / 1000) * 1000 - 95_000;
  await post(`${otlp}/v1/traces`, 'application/json', JSON.stringify(toOtlpRequest(recordedSpans(baseMs))));
  await new Promise((resolve) => setTimeout(resolve, TEMPO_SETTLE_MS));
  const server = `Tempo ${await tempoVersion(url, version)}`;
  await store('tempo/replies', server, url, baseMs, tempoCases(baseMs));
}

function tempoVersion(url: string, given: string | undefined): Promise<string> {
  return versionOf(`${url}/api/status/buildinfo`, given);
}

async function recordTempoClient(url: string, otlp: string, given: string | undefined): Promise<void> {
  const version = await tempoVersion(url, given);
  const scope = await fillTempo(url, otlp);
  const ear = await listenIn(url);
  const tempo = createTempoClient({ url: ear.url, timeoutSeconds: 60 });
  for (const ask of Object.values(tempoQuestions) as Ask<typeof tempo, typeof scope>[]) {
    await refusedOrNot(ask(tempo, scope));
  }
  keep('tempo', 'Tempo', version, scope, ear.exchanges());
  await ear.stop();
}

async function recordPrometheus(url: string): Promise<void> {
  const body = new Uint8Array(remoteWriteBody(hostileSeries(), -1));
  await post(`${url}/api/v1/write`, 'application/x-protobuf', body, 'snappy');
  const time = String(START_SECONDS + LENGTH_SECONDS);
  const cases = [...EXPRESSIONS, ...OTHER_TYPES, ...REFUSED].map((query): RequestCase => ({
    id: query,
    path: '/api/v1/query',
    params: [
      ['query', query],
      ['time', time],
    ],
  }));
  const server = `Prometheus ${await versionOf(`${url}/api/v1/status/buildinfo`, undefined)}`;
  await store('prometheus/replies', server, url, START_SECONDS * 1000, cases);
}

const { values } = parseArgs({
  options: {
    loki: { type: 'string' },
    'loki-version': { type: 'string' },
    tempo: { type: 'string' },
    'tempo-version': { type: 'string' },
    otlp: { type: 'string' },
    prometheus: { type: 'string' },
    'clients-only': { type: 'boolean', default: false },
  },
});
if (values.loki === undefined && values.tempo === undefined && values.prometheus === undefined) {
  console.error('Name at least one server: --loki URL, --tempo URL --otlp URL, --prometheus URL');
  process.exitCode = 2;
}
if (values.loki !== undefined) {
  if (!values['clients-only']) {
    await recordLoki(values.loki, values['loki-version']);
  }
  await recordLokiClient(values.loki, values['loki-version']);
}
if (values.tempo !== undefined) {
  const otlp = values.otlp ?? 'http://127.0.0.1:4318';
  if (!values['clients-only']) {
    await recordTempo(values.tempo, otlp, values['tempo-version']);
  }
  await recordTempoClient(values.tempo, otlp, values['tempo-version']);
}
if (values.prometheus !== undefined) {
  await recordPrometheus(values.prometheus);
}
