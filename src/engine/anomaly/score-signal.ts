import type { AnomalyReading, EpochMs, ExpectedBand, ScoredSignal, Signal, SignalKind, UnknownReason } from '#model';
import { EwmaDetector } from './ewma.ts';
import { EnsembleMember, harmfulDeviation } from './member.ts';
import { judgeQuality, medianStepMs } from './quality-gate.ts';
import { ReferenceQueue } from './reference-queue.ts';
import { RobustZ } from './robust-z.ts';
import { MAX_SURPRISAL, toScore } from './score-map.ts';
import { SeasonalProfile } from './seasonal-profile.ts';
import { CALIBRATION_NEED } from './tail-calibrator.ts';
import { scaleFloor } from './unit-floor.ts';

/** Settings of {@link scoreSignal}. */
export interface ScoreSignalOptions {
  /** Values that the level detector and the calibrators remember; default 4032. */
  readonly capacity?: number;
  /** Points after which a sustained excursion is accepted as the new normal; default 480 (two hours at 15 s). */
  readonly acceptAfter?: number;
}

/** Surprisal of a single union over two members: `log10 2`. */
const UNION_COST = Math.log10(2);
/**
 * Highest surprisal of kinds that describe load, not harm: a request rate never reaches the warning level alone,
 * absolute CPU and memory never more than it. What a resource lacks shows in throttling and utilisation.
 */
const LOAD_CEILING: Partial<Record<SignalKind, number>> = { 'request-rate': 2.9, cpu: 3.9, memory: 3.9 };
const LEVEL_NEED = 30;

/**
 * Scores one signal over time, point by point and without looking ahead.
 *
 * Two members: EWMA (jumps) and the level (robust z of the recent past, or the daily profile once two days are known).
 * Their larger surprisal, less `log10 2`, is smoothed by the median of the last three points, so that a lone spike is
 * no alarm. Only deviations in the harmful direction count. Sustained excursions are kept out of the reference until
 * they are accepted.
 *
 * @param signal  series with ascending times; unit and kind decide the floors
 * @param options  memory and acceptance
 * @returns one reading per point; unknown, never 0, where no verdict is possible
 * Cost O(n log n + n W / 50). Source: detection sections 3 to 5 and 7; A3.3, A3.12.
 */
export function scoreSignal(signal: Signal, options: ScoreSignalOptions = {}): ScoredSignal {
  const { timesMs, values } = signal.series;
  const gate = judgeQuality(signal);
  const scorer = new PointScorer(signal, options);
  const readings = values.map((value, i): AnomalyReading => {
    const verdict = gate[i] ?? 'invalid';
    return verdict === 'ok' ? scorer.step(timesMs[i] ?? 0, value) : scorer.skip(verdict);
  });
  return { signalId: signal.id, service: signal.service, kind: signal.kind, timesMs, values, readings };
}

interface Expectation {
  readonly centre: number;
  readonly scale: number;
}

class PointScorer {
  private readonly signal: Signal;
  private readonly floor: (level: number) => number;
  private readonly ewma: EwmaDetector;
  private readonly robust: RobustZ;
  private readonly profile: SeasonalProfile;
  private readonly jump: EnsembleMember;
  private readonly level: EnsembleMember;
  private readonly queue: ReferenceQueue;
  private recent: number[] = [];
  private accepted = 0;

  constructor(signal: Signal, options: ScoreSignalOptions) {
    const capacity = options.capacity ?? 4032;
    this.signal = signal;
    this.floor = (centre) => scaleFloor(signal.kind, signal.unit, centre);
    const stepMs = medianStepMs(signal.series.timesMs);
    this.ewma = new EwmaDetector({ floor: this.floor, pointsPerDay: 86_400_000 / stepMs });
    this.robust = new RobustZ(capacity, this.floor);
    this.profile = new SeasonalProfile(stepMs);
    this.jump = new EnsembleMember(capacity);
    this.level = new EnsembleMember(capacity);
    this.queue = new ReferenceQueue(options.acceptAfter ?? 480);
  }

  skip(why: UnknownReason): AnomalyReading {
    if (why === 'gap') {
      this.recent = [];
    }
    return { kind: 'unknown', why };
  }

  step(atMs: EpochMs, value: number): AnomalyReading {
    this.accepted += 1;
    const { harm } = this.signal;
    const jump = this.ewma.step(value);
    const expected = this.expectation(atMs);
    const levelZ = expected && (value - expected.centre) / expected.scale;
    const raw = {
      jump: jump === undefined ? undefined : harmfulDeviation(jump, harm),
      level: levelZ === undefined ? undefined : harmfulDeviation(levelZ, harm),
    };
    const surprisal = this.combine(raw);
    const smooth = surprisal === undefined ? undefined : this.smooth(surprisal);
    for (const point of this.queue.push({ atMs, value, raw, surprisal: surprisal ?? 0 }, smooth ?? 0)) {
      this.learn(point.atMs, point.value, point.raw);
    }
    if (smooth === undefined || !expected) {
      const need = LEVEL_NEED + CALIBRATION_NEED + this.queue.guard + 2;
      return { kind: 'unknown', why: 'warming-up', have: Math.min(this.accepted, need - 1), need };
    }
    return this.toReading(value, smooth, expected);
  }

  private expectation(atMs: EpochMs): Expectation | undefined {
    const seasonal = this.profile.ready ? this.profile.expect(atMs) : undefined;
    return seasonal
      ? { centre: seasonal.centre, scale: Math.max(seasonal.scale, this.floor(seasonal.centre)) }
      : this.robust.expect();
  }

  private combine(raw: { readonly jump: number | undefined; readonly level: number | undefined }): number | undefined {
    const level = raw.level === undefined ? undefined : this.level.surprisal(raw.level);
    if (level === undefined) {
      return undefined;
    }
    const jump = raw.jump === undefined ? 0 : (this.jump.surprisal(raw.jump) ?? 0);
    return Math.max(0, Math.max(level, jump) - UNION_COST);
  }

  /** Median of the last three; the smaller of two, so that one point alone never alarms. */
  private smooth(surprisal: number): number | undefined {
    this.recent = [...this.recent.slice(-2), surprisal];
    const sorted = [...this.recent].sort((left, right) => left - right);
    return sorted.length < 2 ? undefined : sorted[sorted.length - 2];
  }

  private learn(
    atMs: EpochMs,
    value: number,
    raw: { readonly jump: number | undefined; readonly level: number | undefined }
  ): void {
    this.robust.push(value);
    this.profile.push(atMs, value);
    if (raw.jump !== undefined) {
      this.jump.push(raw.jump);
    }
    if (raw.level !== undefined) {
      this.level.push(raw.level);
    }
  }

  private toReading(value: number, smooth: number, expected: Expectation): AnomalyReading {
    const surprisal = Math.min(smooth, LOAD_CEILING[this.signal.kind] ?? MAX_SURPRISAL);
    return {
      kind: 'scored',
      score: toScore(surprisal),
      surprisal,
      expected: this.band(expected),
      direction: value >= expected.centre ? 'above' : 'below',
    };
  }

  private band({ centre, scale }: Expectation): ExpectedBand {
    const half = scale * this.level.deviationAtWarning();
    const floor = this.signal.unit === 'dimensionless' ? -Infinity : 0;
    return { lower: Math.max(floor, centre - half), centre, upper: centre + half };
  }
}
