import type { DetectorsAnswer } from '#contracts';
import type { ExpectedBand, Unit } from '#model';
import type { SeriesTrack } from '../detection/series-track.ts';
import type { ServiceTrack } from '../detection/service-track.ts';
import { BackendError } from '../errors.ts';
import { raceAbort } from '../signals/single-flight.ts';
import type { ResourceCall } from './router.ts';

const MAX_NAME_LENGTH = 253;

/** `GET detectors?service=<name>`: what judges each signal, and its threshold in plain words. */
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
        tier: series.tier,
        detectors: series.detectors,
        threshold: describeThreshold(series, runtime.config.collectSeconds),
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

/** For instance "warns above 0.42 s, over 9 days of history". Unknown is said, never a number. */
function describeThreshold(series: SeriesTrack, stepSeconds: number): string {
  const { identity } = series;
  const band = series.expected();
  const history = describeLength(series.pointsSeen * stepSeconds);
  if (!band) {
    return `no threshold yet: ${history} of history`;
  }
  return `warns ${describeSides(band, identity.harm, identity.unit)}, over ${history} of history`;
}

function describeSides({ lower, upper }: ExpectedBand, harm: SeriesTrack['identity']['harm'], unit: Unit): string {
  const above = `above ${describeValue(upper, unit)}`;
  const below = `below ${describeValue(lower, unit)}`;
  return harm === 'up' ? above : harm === 'down' ? below : `${above} or ${below}`;
}

const SUFFIXES: Readonly<Record<Unit, string>> = {
  seconds: ' s',
  bytes: ' bytes',
  ratio: '',
  'per-second': ' per second',
  count: '',
  cores: ' cores',
  dimensionless: '',
};

function describeValue(value: number, unit: Unit): string {
  const [number, suffix] = unit === 'ratio' ? [100 * value, ' %'] : [value, SUFFIXES[unit]];
  return `${Number(number.toPrecision(3))}${suffix}`;
}

function describeLength(seconds: number): string {
  const [amount, unit] =
    seconds >= 172_800
      ? [seconds / 86_400, 'days']
      : seconds >= 7200
        ? [seconds / 3600, 'hours']
        : [seconds / 60, 'minutes'];
  return `${Math.floor(amount)} ${unit}`;
}
