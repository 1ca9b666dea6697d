import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import {
  connectPlugin,
  type PluginClient,
  type PluginProcess,
  startPlugin,
} from '../../tests/support/plugin-driver/index.ts';
import { FEATURE_QUERIES, FLEET, type FleetUpstream, startFleetUpstream, USER_QUERY } from './fleet-upstream.ts';
import { median, time } from './measure.ts';
import { listChildren, readMemory, readProcessorSeconds } from './processes.ts';

const RUNS = 5;
const REPLAY_RUNS = 3;
const MINUTE_MS = 60_000;
/** What an alert rule asks for every minute. */
const RULE_MINUTES = 10;
const REPLAY_MINUTES = 60;
const ANALYSED_MINUTES = 30;
/** Normal times that an analysis reads before its window. */
const BASELINE_MINUTES = 180;
/** Before everything that a runtime keeps. */
const REPLAY_AGO_MINUTES = 3 * 24 * 60;
/** The longest history that is judged before the first answer; of a longer one the rest follows in the background. */
const SHORT_HISTORY_MINUTES = 12 * 60;
const LONG_HISTORY_MINUTES = 14 * 24 * 60;
/** The backend looks at its clock ten times a second. */
const CLOCK_MS = 400;
/** Answers to the same question are shared for five seconds. */
const SHARED_MS = 5500;
const DEADLINE_MS = 10 * 60_000;
const REBUILD_LIMIT_MS = 30 * 60_000;

/** Times in milliseconds: medians of five, of replays of three; the start happens once. */
export interface FleetFigures {
  readonly services: number;
  readonly features: number;
  /** Minutes of history that were judged before rules were asked. */
  readonly historyMinutes: number;
  /** The first answer of a backend with two weeks of history before it; null where it took longer than a minute. */
  readonly startMs: number | null;
  /** A rule, the first time in a new minute and again. */
  readonly liveFirstMs: number;
  readonly liveAgainMs: number;
  readonly livePeerMs: number;
  readonly liveRatio: number;
  /** An hour of the past that no reading is kept of, the first time and again. */
  readonly replayFirstMs: number;
  readonly replayAgainMs: number;
  readonly replayPeerMs: number;
  readonly replayRatio: number;
  /** Processor time of a replay, of all processes of the backend: it depends less on what else runs. */
  readonly replayProcessorMs: number;
  /** A root-cause analysis of half an hour, request to report, and the peer over the hours that it reads. */
  readonly analysisMs: number;
  readonly analysisPeerMs: number;
  readonly analysisRatio: number;
  /** Resident memory after all of it: of the backend, and of its analysis processes, which end soon. */
  readonly memoryMiB: number;
  readonly analysisMemoryMiB: number;
}

/**
 * The scores of two hundred services with eleven features each, on a grid of a minute, as an alert rule asks for them.
 * @param isWhole  judges two weeks of history before rules are asked, which takes many minutes; otherwise twelve hours
 */
export async function benchFleet(executable: string, isWhole: boolean): Promise<FleetFigures> {
  const upstream = await startFleetUpstream(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
  try {
    // The upstream makes up its answers the first time, which is not the backend's work.
    await withBackend(executable, upstream, LONG_HISTORY_MINUTES, measureStart).catch(() => undefined);
    const startMs = await withBackend(executable, upstream, LONG_HISTORY_MINUTES, measureStart).catch(() => null);
    const historyMinutes = isWhole ? LONG_HISTORY_MINUTES : SHORT_HISTORY_MINUTES;
    const figures = await withBackend(executable, upstream, historyMinutes, async (backend) => {
      await measureStart(backend);
      await backend.rebuilt(isWhole ? 2 : 1);
      return {
        ...(await measureLive(backend)),
        ...(await measureAnalysis(backend)),
        ...(await measureReplay(backend)),
      };
    });
    return { ...FLEET, historyMinutes, startMs, ...figures };
  } finally {
    await upstream.close();
  }
}

interface Backend {
  readonly upstream: FleetUpstream;
  readonly plugin: PluginProcess;
  /** Asks for the scores of a range; every service must be known. */
  readonly ask: (fromMs: number, toMs: number) => Promise<void>;
  /** Analyses the first service over a range; there must be a report. */
  readonly analyse: (fromMs: number, toMs: number) => Promise<void>;
  /** Resolves when so many rebuilds are in force. */
  readonly rebuilt: (count: number) => Promise<void>;
}

async function withBackend<Result>(
  executable: string,
  upstream: FleetUpstream,
  historyMinutes: number,
  work: (backend: Backend) => Promise<Result>
): Promise<Result> {
  const env = { PATH: path.dirname(process.execPath), GF_PLUGIN_CLOCK_URL: `${upstream.url}/clock` };
  const plugin = await startPlugin({ executable, env });
  const client = connectPlugin(plugin);
  try {
    return await work({
      upstream,
      plugin,
      ask: (fromMs, toMs) => askScores(client, settingsOf(upstream, historyMinutes), fromMs, toMs),
      analyse: (fromMs, toMs) => analyse(client, settingsOf(upstream, historyMinutes), fromMs, toMs),
      rebuilt: (count) => waitForRebuilds(client, count),
    });
  } finally {
    client.close();
    plugin.child.kill('SIGTERM');
    await plugin.ended;
  }
}

function settingsOf(upstream: FleetUpstream, historyMinutes: number): object {
  const inFlight = { name: 'in-flight', query: USER_QUERY, unit: 'count', harm: 'up' };
  return {
    prometheus: { url: upstream.url, timeoutSeconds: 60 },
    watch: { enabled: false, historyMinutes },
    detection: { signals: [inFlight] },
  };
}

async function askScores(client: PluginClient, jsonData: object, fromMs: number, toMs: number): Promise<void> {
  const query = { refId: 'A', json: { queryType: 'anomaly-score' }, fromMs, toMs, maxDataPoints: 1000 };
  const { A } = await client.queryData({ jsonData, lastUpdatedMS: 1 }, [query], { deadlineMs: DEADLINE_MS });
  const known = A?.frames.filter(({ fields }) => fields[1]?.values.some((score) => score !== null)).length ?? 0;
  if (known !== FLEET.services) {
    throw new Error(`The backend knows ${known} of ${FLEET.services} services: ${A?.error ?? 'no answer'}`);
  }
}

async function analyse(client: PluginClient, jsonData: object, fromMs: number, toMs: number): Promise<void> {
  const body = JSON.stringify({ service: 'service-000', fromMs, toMs, narrate: false });
  const answer = await client.fetchResource({ jsonData, lastUpdatedMS: 1 }, { method: 'POST', path: 'analyses', body });
  const last = answer.body.trim().split('\n').at(-1) ?? '';
  if (!last.includes('"type":"report"')) {
    throw new Error(`The analysis gave no report: ${answer.code} ${last.slice(0, 300)}`);
  }
}

async function waitForRebuilds(client: PluginClient, count: number): Promise<void> {
  const endsAt = performance.now() + REBUILD_LIMIT_MS;
  while (!((await readRebuilds(client)) >= count)) {
    if (performance.now() > endsAt) {
      throw new Error('The history was not judged in time');
    }
    await delay(1000);
  }
}

async function readRebuilds(client: PluginClient): Promise<number> {
  return Number(/_rebuilds_total\S* (\d+)/.exec(await client.collectMetrics())?.[1]);
}

async function measureStart({ upstream, ask }: Backend): Promise<number> {
  const started = performance.now();
  await ask(upstream.nowMs - RULE_MINUTES * MINUTE_MS, upstream.nowMs);
  return performance.now() - started;
}

async function measureLive({ upstream, ask }: Backend) {
  const first: number[] = [];
  const again: number[] = [];
  const rule = (): Promise<void> => ask(upstream.nowMs - RULE_MINUTES * MINUTE_MS, upstream.nowMs);
  for (let run = 0; run < RUNS; run += 1) {
    upstream.nowMs += MINUTE_MS;
    await delay(CLOCK_MS);
    first.push(...(await time(1, rule)));
    again.push(...(await time(1, rule)));
  }
  const peer = await time(RUNS, () => runPeer(upstream.url, upstream.nowMs - RULE_MINUTES * MINUTE_MS, upstream.nowMs));
  const [liveFirstMs, liveAgainMs, livePeerMs] = [median(first), median(again), median(peer)];
  return { liveFirstMs, liveAgainMs, livePeerMs, liveRatio: liveFirstMs / livePeerMs };
}

async function measureAnalysis({ upstream, analyse: ask }: Backend) {
  const times: number[] = [];
  const range = (): readonly [number, number] => [upstream.nowMs - ANALYSED_MINUTES * MINUTE_MS, upstream.nowMs];
  // Once for the answers of the upstream.
  await ask(...range());
  for (let run = 0; run < REPLAY_RUNS; run += 1) {
    await delay(SHARED_MS);
    times.push(...(await time(1, () => ask(...range()))));
  }
  const fromMs = upstream.nowMs - (ANALYSED_MINUTES + BASELINE_MINUTES) * MINUTE_MS;
  const peer = await time(RUNS, () => runPeer(upstream.url, fromMs, upstream.nowMs));
  const [analysisMs, analysisPeerMs] = [median(times), median(peer)];
  return { analysisMs, analysisPeerMs, analysisRatio: analysisMs / analysisPeerMs };
}

async function measureReplay({ upstream, plugin, ask }: Backend) {
  const toMs = upstream.nowMs - REPLAY_AGO_MINUTES * MINUTE_MS;
  const fromMs = toMs - REPLAY_MINUTES * MINUTE_MS;
  const processes = (): readonly number[] => [plugin.pid, ...listChildren(plugin.pid)];
  const processorMs = (): number => 1000 * processes().reduce((sum, pid) => sum + readProcessorSeconds(pid), 0);
  const first: number[] = [];
  const again: number[] = [];
  const busy: number[] = [];
  // Once for the answers of the upstream.
  await ask(fromMs, toMs);
  for (let run = 0; run < REPLAY_RUNS; run += 1) {
    await delay(SHARED_MS);
    const before = processorMs();
    first.push(...(await time(1, () => ask(fromMs, toMs))));
    busy.push(processorMs() - before);
    again.push(...(await time(1, () => ask(fromMs, toMs))));
  }
  const [memoryMiB = Number.NaN, ...analysis] = processes().map(readMemory);
  const peer = await time(RUNS, () => runPeer(upstream.url, fromMs, toMs));
  const [replayFirstMs, replayPeerMs] = [median(first), median(peer)];
  return {
    replayFirstMs,
    replayAgainMs: median(again),
    replayPeerMs,
    replayRatio: replayFirstMs / replayPeerMs,
    replayProcessorMs: median(busy),
    memoryMiB,
    analysisMemoryMiB: analysis.reduce((sum, memory) => sum + memory, 0),
  };
}

/** Fetches every feature of the range, parses it, and writes a frame for each service: no score, no second process. */
async function runPeer(url: string, fromMs: number, toMs: number): Promise<void> {
  const answers = await Promise.all(
    FEATURE_QUERIES.map(async (query) => {
      const range = { query, start: String(fromMs / 1000), end: String(toMs / 1000), step: '60' };
      const answer = await fetch(`${url}/api/v1/query_range?${new URLSearchParams(range)}`);
      const { data } = (await answer.json()) as {
        readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
      };
      return data.result;
    })
  );
  const frames = Array.from({ length: FLEET.services }, (_, service) => {
    const series = answers.map((result) => result[service]?.values ?? []);
    const means = series[0]?.map((_point, at) =>
      series.reduce((sum, values) => sum + Number(values[at]?.[1]) / series.length, 0)
    );
    return tableToIPC(
      tableFromArrays({
        time: Float64Array.from(series[0] ?? [], ([seconds]) => seconds * 1000),
        value: Float64Array.from(means ?? []),
      })
    );
  });
  if (answers.some((result) => result.length !== FLEET.services) || frames.some(({ length }) => length === 0)) {
    throw new Error('The peer read something else');
  }
}
