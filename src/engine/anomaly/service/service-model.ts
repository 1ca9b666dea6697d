import type { DetectorShare, QualityVerdict, ServiceDetection, UnknownReason } from '#model';
import { IsolationForest } from '../isolation-forest.ts';
import { featureShares } from './contributions.ts';
import { DailyProfile } from './daily-profile.ts';
import { Ensemble } from './ensemble.ts';
import { hybridVerdict, type Verdict } from './hybrid-verdict.ts';
import { decodeLstm, encodeLstm } from './lstm.ts';
import { MEMBER, MEMBERS, MemberStreams, SHORT_WINDOW, type FittedMembers } from './member-streams.ts';
import type { ServiceMemberReading, ServiceModelInfo, ServiceStep } from './service-model-types.ts';
import { StateReader, StateWriter } from './state-bytes.ts';
import { SubPca } from './sub-pca.ts';

const MAGIC = 'CWSM';
/** Format and method of saved models; a model of another version is fitted anew. */
export const SERVICE_MODEL_VERSION = 1;

/** Everything a {@link ServiceModel} consists of, as the fit makes it. */
export interface ServiceModelParts {
  readonly info: ServiceModelInfo;
  readonly requireCorroboration: boolean;
  readonly members: FittedMembers;
  readonly forest: IsolationForest;
  readonly ensemble: Ensemble;
  /** In the state after the last training row. */
  readonly streams: MemberStreams;
  /** Raw forest score of the documented flag. */
  readonly documentedCut: number;
}

/** Numbers of a forest row beyond one per feature. */
export const FOREST_SUMMARIES = 6;

/**
 * Input row of the isolation forest: the residuals of the short window feature by feature, and of both windows the root
 * mean square, the mean of fourth powers and the largest.
 *
 * @param streams  members after a row
 * @param target  receives features + 6 numbers; what has no residual counts as usual (1)
 * @returns false when there are no residuals yet
 * Cost O(features). Ref: detection 6.3. Deviation: root mean square and largest of the short window alone there.
 */
export function forestRow(streams: MemberStreams, target: Float64Array, offset = 0): boolean {
  if (Number.isNaN(streams.raw[MEMBER.subPca6] ?? NaN)) {
    return false;
  }
  const { ratios } = streams.short;
  for (let j = 0; j < ratios.length; j += 1) {
    const ratio = ratios[j] ?? NaN;
    target[offset + j] = Number.isNaN(ratio) ? 1 : ratio;
  }
  summarise(ratios, target, offset + ratios.length);
  summarise(streams.long.ratios, target, offset + ratios.length + FOREST_SUMMARIES / 2);
  return true;
}

function summarise(ratios: Float64Array, target: Float64Array, at: number): void {
  let largest = 0;
  let squares = 0;
  let fourths = 0;
  for (let j = 0; j < ratios.length; j += 1) {
    const known = ratios[j] ?? NaN;
    const ratio = Number.isNaN(known) ? 1 : known;
    squares += ratio * ratio;
    fourths += (ratio * ratio) ** 2;
    largest = ratio > largest ? ratio : largest;
  }
  target[at] = Math.sqrt(squares / ratios.length);
  target[at + 1] = (fourths / ratios.length) ** 0.25;
  target[at + 2] = largest;
}

/**
 * Forest scores are bounded; tails are fitted on `ln(s / (1 - s))`.
 * @param score  0 to 1, or NaN
 * Cost O(1).
 */
export function logit(score: number): number {
  return Math.log(score / (1 - score));
}

/**
 * The model of one service: judges its vector of features row by row.
 *
 * Made by `fitServiceModel`, ready for the row after the training; point by point it gives the same numbers in any
 * process, and what is loaded continues like what was saved.
 *
 * Cost per row about 10 microseconds with 11 features; memory about 0.7 MB.
 */
export class ServiceModel {
  private readonly parts: ServiceModelParts;
  private readonly row: Float64Array;
  /** On finer grids than five minutes there are more trials a day; a level keeps its rate per day. */
  private readonly trialCost: number;

  /** @param parts  as the fit makes them */
  constructor(parts: ServiceModelParts) {
    this.parts = parts;
    this.row = new Float64Array(parts.forest.featureCount);
    this.trialCost = Math.max(0, Math.log10(300 / parts.members.clock.stepSeconds));
  }

  /** Where the model comes from. */
  get info(): ServiceModelInfo {
    return this.parts.info;
  }

  /**
   * Judges one row and takes it in.
   *
   * @param atMs  later than the row before; epoch ms
   * @param row  one number per feature of the table the model was fitted on, in its order; NaN = missing
   * @param quality  what the data-quality gate said of each feature; default ok
   * @returns surprisal (NaN = unknown, with the reason), members and the hybrid verdict
   */
  step(atMs: number, row: ArrayLike<number>, quality?: readonly QualityVerdict[]): ServiceStep {
    const { streams, ensemble } = this.parts;
    const refused = streams.advance(atMs, row, quality);
    if (refused !== undefined) {
      return this.unknownStep(refused);
    }
    const score = forestRow(streams, this.row) ? this.parts.forest.score(this.row) : NaN;
    streams.raw[MEMBER.isolationForest] = logit(score);
    const surprisal = Math.max(0, ensemble.step(streams.raw) - this.trialCost);
    const missing = Number.isNaN(surprisal)
      ? ({ why: 'warming-up', have: streams.rowsInWindow, need: SHORT_WINDOW } as const)
      : {};
    return {
      surprisal,
      ...missing,
      ranking: ensemble.ranking,
      documentedFlag: (streams.raw[MEMBER.isolationForest] ?? NaN) > this.parts.documentedCut,
      harmful: this.harmful(),
      members: this.readings(),
      detection: this.detection(atMs, surprisal),
    };
  }

  /** Model and state as versioned little-endian bytes. */
  save(): Uint8Array {
    const { info, members, forest, ensemble, streams, documentedCut, requireCorroboration } = this.parts;
    const writer = new StateWriter(MAGIC, SERVICE_MODEL_VERSION);
    writer
      .text(JSON.stringify(info))
      .int(requireCorroboration ? 1 : 0)
      .number(documentedCut);
    writer.number(members.clock.stepSeconds).number(members.ewma.lambda).number(members.ewma.sigma);
    writer.number(members.scoring.power).number(members.scoring.adaptationDays);
    writer.float64(members.columns).float64(members.scaling.centres).float64(members.scaling.scales);
    members.short.save(writer);
    members.long.save(writer);
    writer.int(members.profile ? 1 : 0);
    members.profile?.save(writer);
    writer.raw(members.lstm ? encodeLstm(members.lstm) : new Uint8Array(0));
    writer.raw(forest.save());
    ensemble.save(writer);
    streams.save(writer);
    return writer.finish();
  }

  /**
   * The model that was saved.
   *
   * @param bytes  of {@link save}
   * @param utcOffsetSeconds  the function that the model was fitted with; functions cannot be saved
   * @throws RangeError when the bytes are no saved model of this version
   */
  static load(bytes: Uint8Array, utcOffsetSeconds?: (atMs: number) => number): ServiceModel {
    const reader = new StateReader(bytes, MAGIC, SERVICE_MODEL_VERSION);
    const info = JSON.parse(reader.text()) as ServiceModelInfo;
    const requireCorroboration = reader.int() === 1;
    const documentedCut = reader.number();
    const stepSeconds = reader.number();
    const ewma = { lambda: reader.number(), sigma: reader.number() };
    const scoring = { power: reader.number(), adaptationDays: reader.number() };
    const columns = [...reader.float64()];
    const scaling = { centres: reader.float64(columns.length), scales: reader.float64(columns.length) };
    const short = SubPca.load(reader);
    const long = SubPca.load(reader);
    const profile = reader.int() === 1 ? DailyProfile.load(reader) : undefined;
    const lstmBytes = reader.raw();
    const members: FittedMembers = {
      clock: { stepSeconds, ...(utcOffsetSeconds && { utcOffsetSeconds }) },
      ewma,
      columns,
      scaling,
      short,
      long,
      scoring,
      ...(profile && { profile }),
      ...(lstmBytes.length > 0 && { lstm: decodeLstm(lstmBytes) }),
    };
    const forest = IsolationForest.load(reader.raw());
    const ensemble = Ensemble.load(reader);
    const streams = new MemberStreams(members);
    streams.restore(reader);
    return new ServiceModel({ info, requireCorroboration, members, forest, ensemble, streams, documentedCut });
  }

  private unknownStep(why: UnknownReason): ServiceStep {
    const { failedShare } = this.parts.streams;
    const note = why === 'invalid' ? 'the row is not later than the one before' : undefined;
    return {
      surprisal: NaN,
      why,
      ranking: NaN,
      documentedFlag: false,
      harmful: [],
      members: MEMBERS.map((detector) => ({ detector, raw: NaN, surprisal: NaN })),
      detection: {
        tier: 'model',
        verdict: 'UNKNOWN',
        note: note ?? `${Math.round(100 * failedShare)} % of the features have no usable data`,
        flagged: [],
        failedShare,
        members: [],
        features: [],
        shortHistory: this.parts.info.shortHistory,
      },
    };
  }

  private harmful(): string[] {
    const { streams, info } = this.parts;
    return info.features.filter((_, j) => {
      const direction = streams.short.direction(j);
      const harm = info.harms[j] ?? 'both';
      return harm === 'both' ? direction !== 0 : harm === 'up' ? direction > 0 : direction < 0;
    });
  }

  private readings(): ServiceMemberReading[] {
    const { streams, ensemble } = this.parts;
    return MEMBERS.map((detector, k) => ({
      detector,
      raw: streams.raw[k] ?? NaN,
      surprisal: ensemble.surprisals[k] ?? NaN,
    }));
  }

  private detection(atMs: number, surprisal: number): ServiceDetection {
    const { streams, ensemble, info } = this.parts;
    const flagged = info.features.filter((_, j) => streams.ewma.isFlagged(j, atMs));
    const { verdict, note } = this.verdict(surprisal, flagged.length);
    const members = MEMBERS.map((detector, k): DetectorShare => ({
      detector,
      raw: streams.raw[k] ?? NaN,
      surprisal: ensemble.surprisals[k] ?? NaN,
      share: ensemble.shares[k] ?? 0,
    })).filter((member) => !Number.isNaN(member.surprisal));
    return {
      tier: 'model',
      verdict,
      note,
      flagged,
      failedShare: streams.failedShare,
      members,
      features: featureShares(streams, ensemble.shares, info.features),
      shortHistory: info.shortHistory,
    };
  }

  private verdict(surprisal: number, flagged: number): Verdict {
    const { streams, ensemble, requireCorroboration } = this.parts;
    return hybridVerdict({
      failedShare: streams.failedShare,
      forest: (ensemble.surprisals[MEMBER.isolationForest] ?? NaN) - this.trialCost,
      subPca: (ensemble.surprisals[MEMBER.subPca6] ?? NaN) - this.trialCost,
      ensemble: surprisal,
      flagged,
      ewmaScored: streams.ewma.scoredCount(),
      forestFitted: true,
      requireCorroboration,
    });
  }
}
