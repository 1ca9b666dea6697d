import {
  fitServiceModel,
  SeriesModel,
  ServiceModel,
  TIER_MEMBERS,
  type SeriesConfig,
  type ServiceModelConfig,
} from '#engine';
import type { DetectorId } from '#model';
import type { DetectionEngine, ModelInfo, SeriesTraits, ServiceJudge } from './detection-engine.ts';
import { weightsFor } from './lstm-models.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import { utcOffset } from './time-zone.ts';

/** The detectors of the engine, set as a runtime is set. */
export function createDetectionEngine(config: RuntimeConfig): DetectionEngine {
  const utcOffsetSeconds = utcOffset(config.timeZone);
  // A detector on its own is judged by its statistics, without the product's policy on harm.
  const series = ({ harm, kind, ...traits }: SeriesTraits): SeriesConfig => ({
    ...traits,
    ...(config.detectors === undefined ? { harm, kind } : { detectors: config.detectors }),
    ewma: config.ewma,
    seed: config.seed,
    utcOffsetSeconds,
  });
  const service: ServiceModelConfig = {
    stepSeconds: config.detectSeconds,
    contamination: config.contamination,
    requireCorroboration: config.requireCorroboration,
    ewma: config.ewma,
    seed: config.seed,
    utcOffsetSeconds,
  };
  return {
    seed: config.seed,
    detectorsOf: (tier): readonly DetectorId[] => config.detectors ?? TIER_MEMBERS[tier],
    createSeries: (traits) => new SeriesModel(series(traits)),
    loadSeries: (traits, state) => SeriesModel.load(series(traits), state),
    fitService: (table) => {
      const order = table.features.map(({ signalId }) => signalId);
      const lstm = weightsFor(config.lstm, order);
      const fit = fitServiceModel(table, { ...service, ...(lstm && { lstm }) });
      return fit.kind === 'fitted' ? { kind: 'fitted', model: new FittedService(fit.model, order) } : fit;
    },
    loadService: (state) => loadService(state, utcOffsetSeconds),
  };
}

/** A model with the order of the columns that it was fitted on, which its rows must have. */
class FittedService implements ServiceJudge {
  readonly features: readonly string[];
  private readonly model: ServiceModel;

  constructor(model: ServiceModel, features: readonly string[]) {
    this.model = model;
    this.features = features;
  }

  get info(): ModelInfo {
    const { version, rows, fromMs, toMs, contamination, features, shortHistory } = this.model.info;
    return { version: toVersion(version, toMs), rows, fromMs, toMs, contamination, features, shortHistory };
  }

  step(...row: Parameters<ServiceJudge['step']>): ReturnType<ServiceJudge['step']> {
    return this.model.step(...row);
  }

  save(): Uint8Array {
    const header = Buffer.from(JSON.stringify(this.features), 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    return new Uint8Array(Buffer.concat([length, header, this.model.save()]));
  }
}

function loadService(state: Uint8Array, utcOffsetSeconds: (atMs: number) => number): ServiceJudge {
  const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength);
  const start = 4 + bytes.readUInt32LE(0);
  const features = JSON.parse(bytes.toString('utf8', 4, start)) as readonly string[];
  return new FittedService(ServiceModel.load(state.slice(start), utcOffsetSeconds), features);
}

/** Method and time of the newest row: one version per fit, the same after a restart. */
function toVersion(method: number, toMs: number): string {
  return `${method}.${new Date(toMs).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}`;
}
