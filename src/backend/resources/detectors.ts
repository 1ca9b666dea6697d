import type { DetectorsAnswer } from '#contracts';
import { highestLevel } from '#engine';
import type { SeriesTrack } from '../detection/series-track.ts';
import type { ServiceTrack } from '../detection/service-track.ts';
import { BackendError } from '../errors.ts';
import { raceAbort } from '../signals/single-flight.ts';
import type { ResourceCall } from './router.ts';

const MAX_NAME_LENGTH = 253;

/** `GET detectors?service=<name>`: what judges each signal, and from which value on it warns. */
export async function answerDetectors({ datasource, parameters, signal }: ResourceCall): Promise<DetectorsAnswer> {
  const service = parameters.get('service') ?? '';
  if (service === '' || service.length > MAX_NAME_LENGTH) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', 'The parameter service is missing or too long.');
  }
  const { runtime } = await raceAbort(datasource.detection.current(), signal);
  const track = runtime.service(service);
  if (!track) {
    throw new BackendError('CAUSEWAY_NOT_FOUND', 'No signal of this service was seen.', {
      remedy: 'Use the name of a service that the overview lists.',
    });
  }
  return {
    service,
    model: toModel(track, runtime.config.contamination),
    signals: [...track.series.values()]
      .toSorted((left, right) => (left.identity.id < right.identity.id ? -1 : 1))
      .map((series) => ({
        signalId: series.identity.id,
        kind: series.identity.kind,
        unit: series.identity.unit,
        tier: series.tier,
        detectors: series.detectors,
        threshold: toThreshold(series),
        highest: highestLevel(series.identity.kind),
        historySeconds: series.pointsSeen * runtime.config.collectSeconds,
      })),
  };
}

function toModel({ model, fits, hasShadow }: ServiceTrack, contamination: number): DetectorsAnswer['model'] {
  const newest = fits.at(-1);
  const shadow = hasShadow;
  if (!model) {
    const state = newest ? newest.problem || newest.outcome : 'no model was fitted yet';
    const none = { version: '', fittedMs: null, rows: 0, features: [], contamination, shadow };
    return { state, ...none, fitReason: newest?.reason ?? '' };
  }
  const { version, rows, features, contamination: used } = model.info;
  const fit = fits.findLast((record) => record.outcome === 'fitted' && record.version === version);
  return {
    state: 'ready',
    version,
    fittedMs: fit?.atMs ?? null,
    rows,
    features,
    contamination: used,
    fitReason: fit?.reason ?? '',
    shadow,
  };
}

/** Null while nothing is expected yet. */
function toThreshold(series: SeriesTrack): DetectorsAnswer['signals'][number]['threshold'] {
  const band = series.expected();
  const { harm } = series.identity;
  return band ? { above: harm === 'down' ? null : band.upper, below: harm === 'up' ? null : band.lower } : null;
}
