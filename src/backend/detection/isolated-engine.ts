import type { DetectionEngine, SeriesJudge, SeriesVerdict } from './detection-engine.ts';

/** State of a judge that failed. */
const NO_STATE = new Uint8Array(0);

/**
 * An engine whose failures stay where they happen: a series whose detectors throw, or whose state cannot be read, is
 * unknown with `fit-failed` from then on until it is learned anew; a fit that throws is a fit without a model.
 */
export function isolateFailures(engine: DetectionEngine): DetectionEngine {
  return {
    ...engine,
    createSeries: (traits) => new IsolatedSeries(() => engine.createSeries(traits)),
    loadSeries: (traits, state) =>
      // A copy: models keep parts of their state, and what came from another process is a part of a whole message.
      new IsolatedSeries(() => (state.length === 0 ? undefined : engine.loadSeries(traits, new Uint8Array(state)))),
    loadService: (state) => engine.loadService(new Uint8Array(state)),
    fitService: (table) => {
      try {
        return engine.fitService(table);
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'the fit failed';
        return { kind: 'unknown', why: 'fit-failed', reason, have: table.timesMs.length, need: table.timesMs.length };
      }
    },
  };
}

class IsolatedSeries implements SeriesJudge {
  private judge: SeriesJudge | undefined;

  constructor(make: () => SeriesJudge | undefined) {
    this.judge = this.attempt(make);
  }

  step(atMs: number, value: unknown): SeriesVerdict {
    return this.attempt(() => this.judge?.step(atMs, value)) ?? failedVerdict(value);
  }

  expected(): ReturnType<SeriesJudge['expected']> {
    return this.attempt(() => this.judge?.expected());
  }

  explain(): ReturnType<SeriesJudge['explain']> {
    return this.attempt(() => this.judge?.explain());
  }

  save(): Uint8Array {
    return this.attempt(() => this.judge?.save()) ?? NO_STATE.slice();
  }

  /** What threw once is not asked again: its state may be broken. */
  private attempt<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch {
      this.judge = undefined;
      return undefined;
    }
  }
}

function failedVerdict(value: unknown): SeriesVerdict {
  const quality = Number.isFinite(value) ? 'ok' : 'invalid';
  return { quality, why: 'fit-failed', surprisal: Number.NaN, direction: 'above', members: [] };
}
