import type { EpochMs, LogAnomaly, LogAnomalyKind, LogLine, LogPattern, ServiceName, UnknownReason } from '#model';
import { toScore } from '../anomaly/score-map.ts';
import { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { ClaimCheck } from './claim-check.ts';
import { DrainMiner, templateText, type DrainConfig, type LogCluster } from './drain.ts';
import { Heartbeats } from './heartbeat.ts';
import { toLogMessage } from './log-message.ts';
import { MixShift } from './mix-shift.ts';
import { FORGET_TEMPLATE_MS, newTemplateSurprisal, NEWS_MS } from './new-template.ts';
import { OpenBin, type BatchPart } from './open-bin.ts';
import { SlotColumn } from './slot-column.ts';
import { CHANCE_DETECTORS, TemplateRates, type RateContext, type RateReading } from './template-rates.ts';
import { readCount } from './text-bytes.ts';

const VERSION = 1;
const HOUR_MS = 3_600_000;
/** Anomalies of one bin that are told, strangest first. */
const MAX_ANOMALIES = 10;
/** News are told from 2: one new line is worth a look. All others from the warning level. */
const TELL_NEWS_FROM = 2;
const TELL_FROM = 3;
const MAX_TEXT = 120;
/** News of a service that begins to log: told, but no warning. */
const ARRIVAL = 2.9;
const CHANCE = Math.log10(CHANCE_DETECTORS);

/** Settings of {@link LogPatternDetector}. */
export interface LogDetectorConfig extends DrainConfig {
  readonly service: ServiceName;
  /** Length of a bin, default 300. */
  readonly binSeconds?: number;
  /** Watched time before anything is judged, default one day. */
  readonly burnInSeconds?: number;
}

/** Lines of a stretch of time. Stretches ascend; what lies between two was not watched. */
export interface LogBatch {
  readonly fromMs: EpochMs;
  /** Not included. */
  readonly toMs: EpochMs;
  /** False when the log could not be read: its silence then says nothing. */
  readonly watched: boolean;
  /** In order of time; lines outside the stretch are left out. */
  readonly lines: readonly LogLine[];
  /** Lines that there were, where only some were read. */
  readonly totalLines?: number;
}

/** The verdict on one bin. */
export interface LogStep {
  /** End of the bin. */
  readonly atMs: EpochMs;
  /** 0 to 12; NaN where unknown. */
  readonly surprisal: number;
  readonly why?: UnknownReason;
  /** Bins watched so far and needed, while warming up. */
  readonly have?: number;
  readonly need?: number;
  readonly anomalies: readonly LogAnomaly[];
}

interface Claim {
  readonly kind: LogAnomalyKind;
  readonly surprisal: number;
  readonly slot?: number;
  readonly reason: string;
}

/**
 * Mines the log of one service and judges it bin by bin: new templates, changed rates, vanished heartbeats, a shifted mix.
 *
 * The score of a bin is the largest of the four, lowered where the past shows that such claims come often. A bin that was not watched for at
 * least 80 % is unknown (`no-data`), and so is every bin before the end of the burn-in (`warming-up`); silence of
 * a log that was watched is judged.
 *
 * Cost per line as {@link DrainMiner.add} plus parsing, per bin O(templates). State about 1.5 kB per frequent template, 0.7 kB per
 * other one. The result depends only on the batches, not on how time was cut into them (as long as all lines were read).
 * Ref: detection 11; parts cite their sources.
 */
export class LogPatternDetector {
  private readonly config: LogDetectorConfig;
  private readonly binMs: number;
  private readonly burnInMs: number;
  private readonly miner: DrainMiner;
  private readonly rates: TemplateRates;
  private readonly beats = new Heartbeats();
  private readonly mix = new MixShift();
  private readonly claims = new ClaimCheck();
  private readonly bin: OpenBin;
  private readonly newSince = new SlotColumn(-Infinity);
  private readonly lastSeen = new SlotColumn(-Infinity);
  private readonly hour: SlotColumn[] = [];
  private watchedMs = 0;
  /** First line, where the log was silent during the whole burn-in. */
  private wokeMs = NaN;

  /** @throws RangeError when a length is not positive, or a setting of the miner makes no sense */
  constructor(config: LogDetectorConfig) {
    this.config = config;
    this.binMs = 1000 * (config.binSeconds ?? 300);
    this.burnInMs = 1000 * (config.burnInSeconds ?? 86_400);
    if (!(this.binMs >= 1000 && this.burnInMs >= 0 && Number.isFinite(this.binMs + this.burnInMs))) {
      throw new RangeError('LogPatternDetector needs bins of at least one second and a burn-in of 0 or more');
    }
    this.miner = new DrainMiner(config);
    this.rates = new TemplateRates(this.binMs);
    this.bin = new OpenBin(this.binMs);
  }

  /** End of what was seen; undefined before the first batch. */
  get atMs(): EpochMs | undefined {
    return this.bin.atMs;
  }

  /**
   * Takes in the next stretch of time.
   * @returns verdicts on the bins that ended in it, oldest first
   */
  step(batch: LogBatch): LogStep[] {
    const steps: LogStep[] = [];
    let next = 0;
    for (const part of this.bin.split(batch)) {
      this.bin.begin(part.fromMs);
      next = this.mine(batch.lines, next, part);
      this.bin.watch(part);
      if (!part.watched || part.share < 1) {
        this.beats.pause(part.toMs - part.fromMs);
      }
      if (part.toMs >= this.bin.endMs) {
        steps.push(this.close());
      }
    }
    return steps;
  }

  /** What can be told before the open bin ends: new templates, too many lines, missing heartbeats. Changes nothing. */
  peek(): LogStep | undefined {
    const { atMs } = this.bin;
    if (atMs === undefined) {
      return undefined;
    }
    const why = this.bin.missing ? 'no-data' : undefined;
    const { startMs, counts } = this.bin;
    const rates = this.rates.early(startMs, counts, this.rateContext(atMs)).map((reading) => this.rateClaim(reading));
    return this.verdict(atMs, why, [...this.news(atMs), ...rates, ...this.missedBeats(atMs)]);
  }

  /** Templates of the log, most recent first; counts are of the last hour. */
  patterns(): LogPattern[] {
    return [...this.miner.clusters]
      .sort((a, b) => b.lastSeenMs - a.lastSeenMs || a.slot - b.slot)
      .map((cluster) => ({
        id: cluster.id,
        service: this.config.service,
        template: templateText(cluster),
        severity: cluster.severity,
        firstSeenMs: cluster.firstSeenMs,
        lastSeenMs: cluster.lastSeenMs,
        count: this.hour.reduce((sum, bin) => sum + bin.get(cluster.slot), this.bin.counts.get(cluster.slot)),
        sample: cluster.sample,
      }));
  }

  /** Everything that later verdicts depend on. */
  save(): Uint8Array {
    const writer = new StateWriter()
      .u32(VERSION)
      .f64(this.binMs)
      .f64(this.watchedMs)
      .f64(this.wokeMs)
      .u32(this.hour.length);
    this.miner.save(writer);
    [...this.hour, this.newSince, this.lastSeen].forEach((column) => column.write(writer));
    this.rates.write(writer);
    this.beats.write(writer);
    this.mix.write(writer);
    this.claims.write(writer);
    this.bin.write(writer);
    return writer.finish();
  }

  /**
   * Goes on where {@link save} was called, with the same settings.
   * @throws RangeError when the bytes are no state of this version and bin length
   */
  static load(config: LogDetectorConfig, bytes: Uint8Array): LogPatternDetector {
    const detector = new LogPatternDetector(config);
    const maxSlots = config.maxClusters ?? 2000;
    const reader = new StateReader(bytes);
    if (reader.u32() !== VERSION || reader.f64() !== detector.binMs) {
      throw new RangeError('this state was saved by another version or with another bin length');
    }
    detector.watchedMs = reader.f64();
    detector.wokeMs = reader.f64();
    const bins = readCount(reader, detector.hourBins);
    detector.miner.load(reader);
    for (let i = 0; i < bins; i += 1) {
      detector.hour.push(new SlotColumn());
    }
    [...detector.hour, detector.newSince, detector.lastSeen].forEach((column) => column.read(reader, maxSlots));
    detector.rates.read(reader, maxSlots);
    detector.beats.read(reader, maxSlots);
    detector.mix.read(reader, maxSlots);
    detector.claims.read(reader);
    detector.bin.read(reader, maxSlots);
    reader.finish();
    return detector;
  }

  private get hourBins(): number {
    return Math.max(1, Math.round(HOUR_MS / this.binMs));
  }

  private mine(lines: readonly LogLine[], first: number, part: BatchPart): number {
    let next = first;
    for (; next < lines.length; next += 1) {
      const line = lines[next];
      if (!line || !(line.atMs < part.toMs)) {
        break;
      }
      if (line.atMs >= part.fromMs) {
        this.mineLine(line, part);
      }
    }
    return next;
  }

  private mineLine({ line, labels, atMs }: LogLine, part: BatchPart): void {
    const { message, severity } = toLogMessage(line, labels);
    const { cluster, created, evicted } = this.miner.add(message, severity, atMs);
    const { slot } = cluster;
    if (evicted) {
      this.forget(slot);
    }
    const known = this.watchedMs < this.burnInMs;
    if (created && !known && this.miner.clusters.length === 1 && !evicted) {
      this.wokeMs = atMs;
    }
    if (created || atMs - this.lastSeen.get(slot) > FORGET_TEMPLATE_MS) {
      this.newSince.set(slot, known ? -Infinity : atMs);
    }
    this.lastSeen.set(slot, atMs);
    this.bin.counts.add(slot, 1);
    if (part.share >= 1) {
      this.beats.beat(slot, atMs);
    }
  }

  private forget(slot: number): void {
    this.rates.forget(slot);
    this.beats.forget(slot);
    this.mix.forget(slot);
    [...this.hour, this.bin.counts].forEach((column) => column.set(slot, 0));
    this.lastSeen.set(slot, -Infinity);
  }

  private close(): LogStep {
    const { startMs, endMs, counts, exposure } = this.bin;
    const slots = this.miner.clusters.length;
    if (this.bin.missing) {
      this.mix.skip();
      this.remember(slots);
      return this.verdict(endMs, 'no-data', []);
    }
    const rates = this.rates.step(startMs, counts, exposure, this.rateContext(endMs));
    const mix = this.mix.step(startMs, counts, slots, this.claims.isLearning);
    this.watchedMs += this.binMs;
    const claims = [
      ...this.news(endMs),
      ...rates.map((reading) => this.rateClaim(reading)),
      ...this.missedBeats(endMs),
    ];
    if (mix && mix.surprisal > CHANCE) {
      claims.push({ kind: 'mix-shift', surprisal: mix.surprisal - CHANCE, reason: this.mixReason(mix) });
    }
    const verdict = this.verdict(endMs, undefined, claims);
    if (verdict.why === undefined) {
      this.claims.push(largest(claims));
    }
    this.remember(slots);
    return verdict;
  }

  private rateContext(atMs: EpochMs): RateContext {
    return {
      slots: this.miner.clusters.length,
      isLearning: this.claims.isLearning,
      severity: (slot) => this.miner.clusters[slot]?.severity ?? 'info',
      isNews: (slot) => atMs - this.newSince.get(slot) <= NEWS_MS,
    };
  }

  private verdict(atMs: EpochMs, missing: UnknownReason | undefined, claims: readonly Claim[]): LogStep {
    const warming = this.watchedMs < this.burnInMs;
    if (missing || warming) {
      const [have, need] = [this.watchedMs, this.burnInMs].map((ms) => Math.ceil(ms / this.binMs));
      const progress = warming && !missing ? { have: have ?? 0, need: need ?? 0 } : {};
      return { atMs, surprisal: NaN, why: missing ?? 'warming-up', ...progress, anomalies: [] };
    }
    const checked = claims.map((claim) => ({ ...claim, surprisal: this.claims.check(claim.surprisal) }));
    const told = checked
      .filter(({ kind, surprisal }) => surprisal >= (kind === 'new-template' ? TELL_NEWS_FROM : TELL_FROM))
      .sort((a, b) => b.surprisal - a.surprisal)
      .slice(0, MAX_ANOMALIES);
    return { atMs, surprisal: largest(checked), anomalies: told.map((claim) => this.toAnomaly(atMs, claim)) };
  }

  private toAnomaly(atMs: EpochMs, { kind, surprisal, slot, reason }: Claim): LogAnomaly {
    const id = slot === undefined ? undefined : this.miner.clusters[slot]?.id;
    const patternId = id === undefined ? {} : { patternId: id };
    return { service: this.config.service, kind, atMs, surprisal, score: toScore(surprisal), ...patternId, reason };
  }

  private news(atMs: EpochMs): Claim[] {
    return this.miner.clusters
      .filter(({ slot }) => this.bin.counts.get(slot) > 0 && atMs - this.newSince.get(slot) <= NEWS_MS)
      .map((cluster) => {
        const count = this.bin.counts.get(cluster.slot);
        const reason = `A new ${cluster.severity} message, ${lines(count)}: ${clip(cluster)}`;
        const claimed = newTemplateSurprisal(cluster.severity, count);
        const isArrival = cluster.severity === 'info' && this.newSince.get(cluster.slot) - this.wokeMs <= NEWS_MS;
        const surprisal = isArrival ? Math.min(claimed, ARRIVAL) : claimed;
        return { kind: 'new-template', surprisal, slot: cluster.slot, reason };
      });
  }

  private rateClaim({ slot, surprisal, count, expected }: RateReading): Claim {
    const usual = expected >= 10 ? Math.round(expected) : Number(expected.toPrecision(2));
    const reason = `${lines(count)} instead of ${usual} in ${this.binMs / 1000} s: ${this.textOf(slot)}`;
    return { kind: 'rate-change', surprisal, slot, reason };
  }

  private missedBeats(atMs: EpochMs): Claim[] {
    return this.beats.missed(atMs, this.binMs).map(({ slot, surprisal, silentMs, medianGapMs }) => {
      const silent = Math.round(silentMs / 1000);
      const reason = `Silent for ${silent} s, used to come every ${Math.round(medianGapMs / 1000)} s: ${this.textOf(slot)}`;
      return { kind: 'vanished-heartbeat', surprisal, slot, reason };
    });
  }

  private mixReason({ slot, from, to }: { readonly slot: number; readonly from: number; readonly to: number }): string {
    const [before, now] = [from, to].map((part) => `${(100 * part).toFixed(1)} %`);
    return `The mix of messages changed, most of all from ${before} to ${now}: ${this.textOf(slot)}`;
  }

  private textOf(slot: number): string {
    const cluster = this.miner.clusters[slot];
    return cluster ? clip(cluster) : '';
  }

  private remember(slots: number): void {
    const bin = new SlotColumn();
    for (let slot = 0; slot < slots; slot += 1) {
      bin.set(slot, this.bin.counts.get(slot));
    }
    this.hour.push(bin);
    if (this.hour.length > this.hourBins) {
      this.hour.shift();
    }
    this.bin.end();
  }
}

function largest(claims: readonly Pick<Claim, 'surprisal'>[]): number {
  return claims.reduce((most, { surprisal }) => Math.max(most, surprisal), 0);
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${Math.round(count)} lines`;
}

function clip(cluster: LogCluster): string {
  const text = templateText(cluster);
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}...`;
}
