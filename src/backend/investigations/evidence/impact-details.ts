import type { ImpactMetric } from '#contracts';
import { formatClock, formatValue, quantileSorted } from '#engine';
import type { BusinessImpact, ServiceGraph, ServiceName, Signal, TimeWindow } from '#model';
import type { DetailPart, DetailSource, DetailSubject, Finding } from './detail-part.ts';
import { oneLine } from './one-line.ts';

/** A rate over time: values per minute. */
interface RateSeries {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

const STEP_SECONDS = 15;
const MAX_POINTS = 1000;
/** A shorter time has too few samples for a mean. */
const LEAST_MS = 60_000;
const MAX_ENTRIES = 3;
/** Share of the usual requests below which some are missing. */
const MISSING_BELOW = 0.8;

/** What the incident costs: metrics of the settings, and failed and missing requests of the services that users call. */
export async function collectImpact(source: DetailSource, subject: DetailSubject, part: DetailPart): Promise<void> {
  const { metrics } = source.settings.impact;
  const windows = { ...subject.windows, incident: sinceOnset(subject) };
  const timed = { ...subject, windows };
  const read = metrics.map((metric) => readMetric(source, metric, timed, part));
  for (const found of await Promise.all(read)) {
    if (found) {
      part.impacts.push(found);
    }
  }
  for (const service of entriesOf(subject.graph, subject.report.target.service)) {
    const found = requestsOf(service, timed);
    part.impacts.push(...found);
    if (found.length === 0) {
      const reason = `No metrics tell how many requests of ${oneLine(service, 120)} fail: what users feel is not counted.`;
      part.gaps.push({ source: 'impact:requests', reason });
    }
  }
}

/** The onset of the report may be later than the window in which events were counted: nothing was lost before it. */
function sinceOnset({ report, windows: { incident } }: DetailSubject): TimeWindow {
  const fromMs = Math.max(incident.fromMs, report.onsetMs);
  return incident.toMs - fromMs >= LEAST_MS ? { fromMs, toMs: incident.toMs } : incident;
}

async function readMetric(
  { upstreams: { prometheus } }: DetailSource,
  metric: ImpactMetric,
  { windows, report }: DetailSubject,
  part: DetailPart
): Promise<DetailPart['impacts'][number] | undefined> {
  const { baseline, incident } = windows;
  const spanSeconds = (incident.toMs - baseline.fromMs) / 1000;
  const stepSeconds = STEP_SECONDS * Math.max(1, Math.ceil(spanSeconds / STEP_SECONDS / MAX_POINTS));
  const range = { startMs: baseline.fromMs, endMs: incident.toMs, stepSeconds };
  const source = `prometheus:impact:${metric.name}`;
  const answer = await part.read(source, (signal) => prometheus.queryRange(metric.query, range, { signal }));
  if (!answer) {
    return undefined;
  }
  const rate = addUp(answer.series, metric.per === 'second' ? 60 : 1);
  const level = levelOf(rate, windows);
  if (level.value === null) {
    part.gaps.push({ source, reason: 'The query gives no value in the window: the loss is not known.' });
    return undefined;
  }
  const lost = lossOf(rate, incident, level.usual, metric.direction);
  const name = oneLine(metric.name, 60);
  return toImpact({
    name,
    subject: name,
    unit: oneLine(metric.unit, 20),
    ...level,
    value: level.value,
    lost,
    service: report.target.service,
    query: metric.query,
    window: incident,
  });
}

/** Sum of all series at each instant, per minute. An instant at which none has a value is absent. */
function addUp(
  series: readonly { readonly timesMs: readonly number[]; readonly values: readonly number[] }[],
  factor: number
): RateSeries {
  const sums = new Map<number, number>();
  for (const { timesMs, values } of series) {
    timesMs.forEach((atMs, i) => {
      const value = values[i] ?? NaN;
      if (Number.isFinite(value)) {
        sums.set(atMs, (sums.get(atMs) ?? 0) + factor * value);
      }
    });
  }
  const sorted = [...sums].toSorted(([left], [right]) => left - right);
  return { timesMs: sorted.map(([atMs]) => atMs), values: sorted.map(([, value]) => value) };
}

function valuesIn({ timesMs, values }: RateSeries, { fromMs, toMs }: TimeWindow): readonly number[] {
  return values.filter((value, i) => {
    const atMs = timesMs[i] ?? NaN;
    return atMs >= fromMs && atMs < toMs && Number.isFinite(value);
  });
}

/** Mean since the onset, and the median of normal times. */
function levelOf(rate: RateSeries, { baseline, incident }: DetailSubject['windows']) {
  const [before, after] = [valuesIn(rate, baseline), valuesIn(rate, incident)];
  const sorted = before.toSorted((left, right) => left - right);
  return {
    value: after.length === 0 ? null : after.reduce((sum, value) => sum + value, 0) / after.length,
    usual: sorted.length === 0 ? null : quantileSorted(sorted, 0.5),
  };
}

/** What was lost against the usual; never negative. Null where the usual is not known. */
function lossOf(
  rate: RateSeries,
  incident: TimeWindow,
  usual: number | null,
  direction: ImpactMetric['direction']
): number | null {
  const values = valuesIn(rate, incident);
  if (usual === null || values.length === 0) {
    return null;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const perMinute = direction === 'loss-when-lower' ? usual - mean : mean - usual;
  return Math.max(0, perMinute * ((incident.toMs - incident.fromMs) / 60_000));
}

/** Services that users call and that need the target: nobody but clients calls them. */
export function entriesOf({ nodes, edges }: ServiceGraph, target: ServiceName): readonly ServiceName[] {
  const clients = new Set(nodes.filter(({ kind }) => kind === 'client').map(({ name }) => name));
  const callersOf = (service: ServiceName): readonly ServiceName[] =>
    edges.flatMap(({ caller, callee }) => (callee === service && !clients.has(caller) ? [caller] : []));
  const reached = new Set([target]);
  for (const service of reached) {
    callersOf(service).forEach((caller) => reached.add(caller));
  }
  const entries = [...reached].filter((service) => callersOf(service).length === 0);
  return (entries.length > 0 ? entries : [target]).slice(0, MAX_ENTRIES);
}

/** Failed requests of a service, and those that did not come, per minute. */
function requestsOf(
  service: ServiceName,
  { signals, windows }: DetailSubject
): readonly DetailPart['impacts'][number][] {
  const of = (kind: Signal['kind']): Signal | undefined =>
    signals.find((signal) => signal.service === service && signal.kind === kind);
  const [requests, errors] = [of('request-rate'), of('error-ratio')];
  if (!requests) {
    return [];
  }
  const ratios = new Map((errors?.series.timesMs ?? []).map((atMs, i) => [atMs, errors?.series.values[i] ?? NaN]));
  const perMinute = (value: (rate: number, atMs: number) => number): RateSeries => ({
    timesMs: requests.series.timesMs,
    values: requests.series.timesMs.map((atMs, i) => 60 * value(requests.series.values[i] ?? NaN, atMs)),
  });
  const failed = perMinute((rate, atMs) => rate * (ratios.get(atMs) ?? NaN));
  const all = perMinute((rate) => rate);
  const common = { unit: 'requests', service, window: windows.incident };
  const found: DetailPart['impacts'][number][] = [];
  const failing = levelOf(failed, windows);
  if (errors && failing.value !== null) {
    const lost = lossOf(failed, windows.incident, failing.usual, 'loss-when-higher');
    const name = `Failed requests at ${oneLine(service, 120)}`;
    found.push(
      toImpact({
        ...common,
        name,
        subject: name,
        ...failing,
        value: failing.value,
        lost,
        query: `60 * (${errors.query}) * (${requests.query})`,
      })
    );
  }
  const traffic = levelOf(all, windows);
  if (traffic.value !== null && traffic.usual !== null && traffic.value < MISSING_BELOW * traffic.usual) {
    const lost = lossOf(all, windows.incident, traffic.usual, 'loss-when-lower');
    const name = `Missing requests at ${oneLine(service, 120)}`;
    const missing = { value: traffic.usual - traffic.value, usual: 0 };
    found.push(toImpact({ ...common, name, subject: name, ...missing, lost, query: `60 * (${requests.query})` }));
  }
  return found;
}

function toImpact(
  item: Pick<BusinessImpact, 'name' | 'usual' | 'lost'> & {
    readonly value: number;
    readonly subject: string;
    readonly unit: string;
    readonly service: ServiceName;
    readonly query: string;
    readonly window: TimeWindow;
  }
): DetailPart['impacts'][number] {
  const { name, value, usual, lost, unit, service, query, window } = item;
  const rate = `${unit}/min`;
  const normally = usual === null ? 'what is normal is not known' : `normally ${amount(usual)} ${rate}`;
  const minutes = formatValue((window.toMs - window.fromMs) / 60_000, 'dimensionless');
  const loss =
    lost === null
      ? 'The loss cannot be counted.'
      : `That makes ${amount(lost)} ${unit} ${item.name.startsWith('Failed') ? 'more than usual' : 'lost'} in ${minutes} min.`;
  const finding: Finding = {
    source: 'impact',
    service,
    statement: `${item.subject}: ${amount(value)} ${rate} since ${formatClock(window.fromMs)}, ${normally}. ${loss}`,
    query,
    language: 'promql',
    window,
    observed: value,
    ...(usual === null ? {} : { baseline: usual }),
    unit: 'dimensionless',
  };
  return { finding, impact: { name, value, usual, unit: rate, lost } };
}

/** At least as many digits as the figure needs, whole from 100. */
function amount(value: number): string {
  return formatValue(value, 'count');
}
