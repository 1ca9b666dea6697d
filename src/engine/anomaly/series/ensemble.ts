import type { DetectorId } from '#model';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { Ewma, EwmaShort } from './ewma.ts';
import { HourNovelty } from './hour-novelty.ts';
import { KsDrift } from './ks-drift.ts';
import { LeftDiscord } from './left-discord.ts';
import { memberBit, nullSurprisal } from './null-table.ts';
import { RangeNovelty } from './range-novelty.ts';
import { RobustZ } from './robust-z.ts';
import { CALIBRATOR_POINTS, pointsPerDay, type SeriesConfig, TIER_MEMBERS } from './series-config.ts';
import type { SeriesDetector } from './series-detector.ts';
import { SeasonalProfile } from './seasonal-profile.ts';
import { TailCalibrator } from './tail-calibrator.ts';
import { detectorFloor } from './unit-bounds.ts';
import { WindowForest } from './window-forest.ts';

/** What one member said about the last point; a reused object. */
export interface MemberReading {
  readonly detector: DetectorId;
  /** NaN where it had nothing to say. */
  raw: number;
  /** 0 to 12; NaN where it had nothing to say. */
  surprisal: number;
  /** Whether it has a part in the score. */
  counts: boolean;
}

interface Member {
  readonly bit: number;
  readonly detector: SeriesDetector;
  readonly tail: TailCalibrator;
  readonly reading: MemberReading;
}

const SEASONAL_TAIL = 2016;

/**
 * The members of a series: every detector with its calibrator, their mean, the mean of three points and the null table.
 *
 * Cost as the members. Source: detection 2, 5.1, 5.3.
 */
export class Ensemble {
  /** One per member, in the order of the configuration. */
  readonly readings: readonly MemberReading[];
  readonly ewma: Ewma | undefined;
  readonly range: RangeNovelty | undefined;
  readonly ksDrift: KsDrift | undefined;
  readonly profile: SeasonalProfile;
  private readonly members: readonly Member[];
  private readonly isSeasonalOptional: boolean;
  private readonly forest: WindowForest | undefined;
  private mean1 = NaN;
  private mean2 = NaN;
  private spoken = 0;
  /** Whether the daily season is strong enough for its residual to count. */
  seasonalCounts = false;

  constructor(config: SeriesConfig) {
    this.profile = new SeasonalProfile({
      stepMs: 1000 * config.stepSeconds,
      floor: detectorFloor(config.unit),
      utcOffsetSeconds: config.utcOffsetSeconds,
    });
    const ids = config.detectors ?? [...TIER_MEMBERS[config.tier], 'seasonal'];
    this.isSeasonalOptional = config.detectors === undefined;
    const points = CALIBRATOR_POINTS[config.tier];
    this.members = [...new Set(ids)].map((id): Member => ({
      bit: memberBit(id),
      detector: id === 'seasonal' ? this.profile : createDetector(id, config),
      tail: new TailCalibrator(tailPoints(id, points)),
      reading: { detector: id, raw: NaN, surprisal: NaN, counts: false },
    }));
    this.readings = this.members.map((member) => member.reading);
    const detectors = this.members.map((member) => member.detector);
    this.ewma = detectors.find((detector) => detector instanceof Ewma);
    this.range = detectors.find((detector) => detector instanceof RangeNovelty);
    this.ksDrift = detectors.find((detector) => detector instanceof KsDrift);
    this.forest = detectors.find((detector) => detector instanceof WindowForest);
  }

  /** Members that spoke about the last point. */
  get voices(): number {
    return this.spoken;
  }

  /** Members that are asked about every point. */
  get asked(): number {
    return this.members.length - (this.isSeasonalOptional && !this.seasonalCounts ? 1 : 0);
  }

  /**
   * Judges a value and takes it in.
   *
   * @param learns  whether calibrators take the raw values in
   * @param profileLearns  whether the daily profile takes the value in
   * @returns U, 0 to 12; NaN while no member has an opinion
   */
  step(value: number, slot: number, atMs: number, learns: boolean, profileLearns: boolean): number {
    let sum = 0;
    let set = 0;
    let spoken = 0;
    for (const member of this.members) {
      const { reading, detector, tail } = member;
      const isProfile = detector === this.profile;
      const raw = isProfile ? this.profile.judge(value, atMs) : detector.step(value, slot, atMs);
      if (detector === this.forest) {
        this.forest.takeBacklog()?.forEach((old) => tail.push(old));
      }
      const surprisal = tail.surprisal(raw);
      if (learns && detector.isRepeating !== true) {
        tail.push(raw);
      }
      const isMember = !isProfile || !this.isSeasonalOptional || this.seasonalCounts;
      reading.raw = raw;
      reading.surprisal = surprisal;
      reading.counts = isMember && surprisal === surprisal;
      if (reading.counts) {
        sum += surprisal;
        set |= member.bit;
        spoken += 1;
      }
    }
    if (profileLearns) {
      this.profile.learn(value, atMs);
    }
    this.spoken = spoken;
    return spoken === 0 ? NaN : nullSurprisal(set, this.smooth(sum / spoken));
  }

  /** Empty steps lie before the next point. */
  gap(slots: number, isLong: boolean): void {
    this.mean1 = NaN;
    this.mean2 = NaN;
    for (const member of this.members) {
      member.detector.gap(slots, isLong);
    }
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer
      .f64(this.mean1)
      .f64(this.mean2)
      .u32(this.seasonalCounts ? 1 : 0)
      .u32(this.spoken);
    this.profile.write(writer);
    for (const { detector, tail, reading } of this.members) {
      writer
        .f64(reading.raw)
        .f64(reading.surprisal)
        .u32(reading.counts ? 1 : 0);
      tail.write(writer);
      if (detector !== this.profile) {
        detector.write(writer);
      }
    }
  }

  /** Takes the state back. */
  read(reader: StateReader): void {
    this.mean1 = reader.f64();
    this.mean2 = reader.f64();
    this.seasonalCounts = reader.u32() === 1;
    this.spoken = reader.u32();
    this.profile.read(reader);
    for (const { detector, tail, reading } of this.members) {
      reading.raw = reader.f64();
      reading.surprisal = reader.f64();
      reading.counts = reader.u32() === 1;
      tail.read(reader);
      if (detector !== this.profile) {
        detector.read(reader);
      }
    }
  }

  /** Mean of the last three means; of fewer where there are no more. */
  private smooth(now: number): number {
    const [a, b] = [this.mean1, this.mean2];
    this.mean2 = a;
    this.mean1 = now;
    if (a !== a) {
      return now;
    }
    return b === b ? (now + a + b) / 3 : (now + a) / 2;
  }
}

/** Members that judge every second point remember half as many values of the same time. */
function tailPoints(id: DetectorId, points: number): number {
  if (id === 'seasonal') {
    return SEASONAL_TAIL;
  }
  return id === 'slowRange' || id === 'roughness' ? points / 2 : points;
}

function createDetector(id: DetectorId, config: SeriesConfig): SeriesDetector {
  const perDay = pointsPerDay(config.stepSeconds);
  const floor = detectorFloor(config.unit);
  const ewma = { ...config.ewma, pointsPerDay: perDay, floor };
  switch (id) {
    case 'ewma':
      return new Ewma(ewma);
    case 'ewmaShort':
      return new EwmaShort(ewma);
    case 'range':
      return new RangeNovelty(floor);
    case 'discord':
      return new LeftDiscord(floor);
    case 'slowRange':
    case 'roughness':
      return new HourNovelty(id, perDay, floor);
    case 'ksDrift':
      return new KsDrift(perDay);
    case 'robustZ':
      return new RobustZ(perDay, floor);
    case 'windowForest':
      return new WindowForest({ pointsPerDay: perDay, warmUpPoints: config.warmUpPoints, seed: config.seed });
    default:
      throw new RangeError(`${id} does not judge single series`);
  }
}
