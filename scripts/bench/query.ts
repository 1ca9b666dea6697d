import path from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { connectPlugin, startPlugin } from '../../tests/support/plugin-driver/index.ts';
import { median, time } from './measure.ts';
import { RATE_QUERY, SERIES, startUpstream } from './upstream.ts';

const POINTS = 1000;
const STEP_SECONDS = 15;
const RUNS = 5;

/** Times in milliseconds, medians of five. */
export interface QueryFigures {
  readonly series: number;
  readonly pointsPerSeries: number;
  /** A backend that has read nothing before: it reads the history as well. */
  readonly coldMs: number;
  /** The same range again, as a dashboard that refreshes. */
  readonly againMs: number;
  /** Fetch the same points, parse them, write them as Arrow: no score, no process, no gRPC. */
  readonly peerMs: number;
  readonly coldRatio: number;
  readonly againRatio: number;
}

/** QueryData of a hundred series over gRPC against a fake Prometheus, and the least work that any backend would do. */
export async function benchQuery(executable: string): Promise<QueryFigures> {
  const upstream = await startUpstream();
  const plugin = await startPlugin({ executable, env: { PATH: path.dirname(process.execPath) } });
  const client = connectPlugin(plugin);
  try {
    const toMs = Math.floor(Date.now() / 60_000) * 60_000;
    const fromMs = toMs - (POINTS - 1) * STEP_SECONDS * 1000;
    const query = { refId: 'A', json: { queryType: 'anomaly-score' }, fromMs, toMs, maxDataPoints: POINTS };
    const ask = async (version: number): Promise<readonly number[]> => {
      const settings = {
        jsonData: { prometheus: { url: upstream.url, timeoutSeconds: 30 }, watch: { enabled: false } },
        lastUpdatedMS: version,
      };
      const { A } = await client.queryData(settings, [query]);
      if (!A || A.error !== '') {
        throw new Error(`The backend answered: ${A?.error ?? 'nothing'}`);
      }
      return A.frames.map((frame) => frame.fields[0]?.values.length ?? 0);
    };
    const lengths = await ask(1);
    const cold = await time(RUNS, (run) => ask(run + 2));
    const again = await time(RUNS, () => ask(RUNS + 1));
    const peer = await time(RUNS, () => runPeer(upstream.url, fromMs, toMs));
    const [coldMs, againMs, peerMs] = [median(cold), median(again), median(peer)];
    return {
      series: lengths.length,
      pointsPerSeries: median(lengths),
      coldMs,
      againMs,
      peerMs,
      coldRatio: coldMs / peerMs,
      againRatio: againMs / peerMs,
    };
  } finally {
    client.close();
    plugin.child.kill('SIGTERM');
    await plugin.ended;
    await upstream.close();
  }
}

async function runPeer(url: string, fromMs: number, toMs: number): Promise<void> {
  const parameters = new URLSearchParams({
    query: `${RATE_QUERY}[1m]))`,
    start: String(fromMs / 1000),
    end: String(toMs / 1000),
    step: String(STEP_SECONDS),
  });
  const answer = await fetch(`${url}/api/v1/query_range?${parameters}`);
  const { data } = (await answer.json()) as {
    readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
  };
  const frames = data.result.map(({ values }) =>
    tableToIPC(
      tableFromArrays({
        time: Float64Array.from(values, ([seconds]) => seconds * 1000),
        value: Float64Array.from(values, ([, text]) => Number(text)),
      })
    )
  );
  if (frames.length !== SERIES) {
    throw new Error('The peer read something else');
  }
}

/** Milliseconds from the start of the process to its handshake, median of five. */
export async function benchStart(executable: string): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    const plugin = await startPlugin({ executable, env: { PATH: path.dirname(process.execPath) } });
    taken.push(performance.now() - started);
    plugin.child.kill('SIGTERM');
    await plugin.ended;
  }
  return median(taken);
}
