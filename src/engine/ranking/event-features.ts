import { boundDeviation } from './bound-counts.ts';
import { countDeviation, durationDeviation } from './event-deviations.ts';
import { EVENT_FEATURES, type FeatureMethod } from './feature-names.ts';
import { explainedBy, type FailedCalls } from './failed-calls.ts';
import { luckOfMany } from './many-looks.ts';
import { dominance, worstOver, type Neighbours } from './neighbours.ts';
import type { OperationChange, RankingEvents, ServiceEvents, WindowCounts } from './ranking-case.ts';
import { squashDeviation } from './squash.ts';

type EventFeature = (typeof EVENT_FEATURES)[number];

/** Deviations that spans and log lines of one service gave rise to. */
interface EventDeviations {
  readonly internal: number[];
  readonly errorPaths: number[];
  readonly callsOut: number[];
  readonly callsIn: number[];
  readonly templates: number[];
  readonly logErrors: number[];
  readonly operationTimes: number[];
  readonly timesOut: number[];
  readonly timesIn: number[];
  /** How strongly calls of the service fail. */
  readonly failedCalls: number;
}

/** Features of events, and what they say at most. */
export interface EventRows {
  /** By candidate. */
  readonly rows: readonly Float64Array[];
  /** By service index, standard deviations; 0 for the reference, which leaves events out of the dominance of anything. */
  readonly strength: Float64Array;
}

/** How events are judged. */
export interface EventMethod {
  readonly method: FeatureMethod;
  readonly failed: FailedCalls;
}

/** Fewest server spans of the two windows that make a service's counts usable. */
const MIN_EXPOSURE: WindowCounts = [5, 2];
/** Fewest spans of an operation in the two windows that make its duration usable. */
const MIN_DURATIONS: WindowCounts = [5, 3];
const LEAST_DOMINANT_COUNT = 0.25;
const LEAST_DOMINANT_DURATION = 0.35;

/**
 * The 16 features of operations and log templates of every candidate.
 *
 * @param events  of the case; undefined: all features are 0
 * @param candidates  service indices
 * @param neighbours  candidates around each candidate
 * @param how  what counts are measured against, and which calls failed
 * @returns rows in the order of EVENT_FEATURES, 0 to 1.5 each, and the strongest deviation of each service
 * Cost O(operations + templates^2 per service + E). Ref: RCA specification 4.4. The current method adds: counts are measured
 * against what they hang on, changed calls of callers and failed calls explain a change, logs may be read in part.
 */
export function eventFeatures(
  events: RankingEvents | undefined,
  candidates: readonly number[],
  neighbours: Neighbours,
  { method, failed }: EventMethod
): EventRows {
  const count = neighbours.callees.length;
  if (!events) {
    const rows = candidates.map(() => new Float64Array(EVENT_FEATURES.length));
    return { rows, strength: new Float64Array(count) };
  }
  const deviations = gatherDeviations(events, candidates, { count, method, failed });
  const structure = new Float64Array(count);
  const duration = new Float64Array(count);
  for (const service of candidates) {
    const own = deviations[service];
    if (own) {
      structure[service] = structureOf(own, method);
      duration[service] = Math.max(rise(own.operationTimes, method), rise(own.timesIn, method));
    }
  }
  const tables = {
    structure: structure.map(squashDeviation),
    duration: duration.map(squashDeviation),
    structureShare: dominance(structure, LEAST_DOMINANT_COUNT),
    durationShare: dominance(duration, LEAST_DOMINANT_DURATION),
  };
  const rows = candidates.map((service) => {
    const own = deviations[service] ?? noDeviations();
    const row = {
      ...ownFeatures(own, method),
      ...comparedFeatures(tables, neighbours.callees[service] ?? [], service),
    };
    return Float64Array.from(EVENT_FEATURES, (name) => row[name]);
  });
  const strength =
    method === 'reference'
      ? new Float64Array(count)
      : structure.map((value, service) => Math.max(value, duration[service] ?? 0));
  return { rows, strength };
}

type ComparedFeature = 's_un' | 's_dom' | 'dur_un' | 'dur_dom';

function ownFeatures(
  own: EventDeviations,
  method: FeatureMethod
): Record<Exclude<EventFeature, ComparedFeature>, number> {
  const up = (values: readonly number[]): number => squashDeviation(rise(values, method));
  const down = (values: readonly number[]): number => squashDeviation(fall(values, method));
  const ownUp = (values: readonly number[]): number => squashDeviation(unexplained(rise(values, method), own));
  const ownDown = (values: readonly number[]): number => squashDeviation(unexplained(fall(values, method), own));
  return {
    s_miss: ownDown(own.internal),
    s_novel: ownUp(own.internal),
    s_err: ownUp(own.errorPaths),
    l_miss: ownDown(own.templates),
    l_novel: ownUp(own.templates),
    l_err: ownUp(own.logErrors),
    in_drop: down(own.callsIn),
    out_drop: down(own.callsOut),
    dur_op: up(own.operationTimes),
    dur_in: up(own.timesIn),
    dur_in_min:
      own.timesIn.length > 0 ? squashDeviation(own.timesIn.reduce((low, z) => Math.min(low, z), Infinity)) : 0,
    dur_out: up(own.timesOut),
  };
}

/** How much the course of the program inside the service changed. */
function structureOf(own: EventDeviations, method: FeatureMethod): number {
  const { internal, templates } = own;
  const change = Math.max(
    fall(internal, method),
    rise(internal, method),
    fall(templates, method),
    rise(templates, method)
  );
  return method === 'reference' ? change : unexplained(change, own) * (1 - explainedByCallers(change, own.callsIn));
}

/** What a service does and logs otherwise because its calls fail is no fault of its own; a share is one after squashing. */
function unexplained(change: number, { failedCalls }: EventDeviations): number {
  return Math.expm1(Math.log1p(change) * (1 - explainedBy(change, failedCalls)));
}

/**
 * A service whose callers call it another way runs another way, without a fault of its own: share of its change that changed
 * calls explain, once they changed at least half as strongly.
 */
function explainedByCallers(change: number, callsIn: readonly number[]): number {
  return explainedBy(
    change,
    callsIn.reduce((worst, z) => Math.max(worst, Math.abs(z)), 0)
  );
}

function comparedFeatures(
  tables: Readonly<Record<'structure' | 'duration' | 'structureShare' | 'durationShare', Float64Array>>,
  callees: readonly number[],
  service: number
): Record<ComparedFeature, number> {
  const { structure, duration } = tables;
  return {
    s_un: Math.max(0, (structure[service] ?? 0) - worstOver(callees, structure)),
    s_dom: tables.structureShare[service] ?? 0,
    dur_un: Math.max(0, (duration[service] ?? 0) - worstOver(callees, duration)),
    dur_dom: tables.durationShare[service] ?? 0,
  };
}

/** Largest value above what many looks give by chance, else 0. */
function rise(values: readonly number[], method: FeatureMethod): number {
  const most = values.reduce((worst, value) => Math.max(worst, value), 0);
  return method === 'reference' ? most : Math.max(0, most - luckOfMany(values.length));
}

/** Largest fall as a positive number, above what many looks give by chance, else 0. */
function fall(values: readonly number[], method: FeatureMethod): number {
  const most = values.reduce((worst, value) => Math.max(worst, -value), 0);
  return method === 'reference' ? most : Math.max(0, most - luckOfMany(values.length));
}

function noDeviations(failedCalls = 0): EventDeviations {
  return {
    failedCalls,
    internal: [],
    errorPaths: [],
    callsOut: [],
    callsIn: [],
    templates: [],
    logErrors: [],
    operationTimes: [],
    timesOut: [],
    timesIn: [],
  };
}

function gatherDeviations(
  events: RankingEvents,
  candidates: readonly number[],
  { count, method, failed }: EventMethod & { readonly count: number }
): readonly (EventDeviations | undefined)[] {
  const deviations: (EventDeviations | undefined)[] = Array.from({ length: count }, () => undefined);
  for (const service of candidates) {
    deviations[service] = noDeviations(method === 'reference' ? 0 : failed.ofCaller[service]);
  }
  for (const service of candidates) {
    const own = events.services[service];
    const exposure = exposureOf(own);
    const found = deviations[service];
    if (own && exposure && found) {
      const measure = measureOf(own, exposure, method);
      addOperations(found, own, measure);
      addCalls(found, own, measure, deviations);
      if (isExposed(heardExposure(own, exposure))) {
        addLogs(found, own, measure);
      }
    }
  }
  return deviations;
}

function exposureOf(events: ServiceEvents | undefined): WindowCounts | undefined {
  const requests = events?.requests;
  return requests && isExposed(requests) ? requests : undefined;
}

function isExposed([before, after]: WindowCounts): boolean {
  return isCount(before) && isCount(after) && before >= MIN_EXPOSURE[0] && after >= MIN_EXPOSURE[1];
}

/** Hostile counts (NaN, negative, beyond all measure) count nothing. */
function isCount(value: number): boolean {
  return value >= 0 && value <= 1e15;
}

function countsOf({ baseline, incident }: OperationChange): WindowCounts {
  return [baseline?.count ?? 0, incident?.count ?? 0];
}

/** What the counts of one service are measured against. */
interface Measure {
  readonly ofOperation: (counts: WindowCounts) => number;
  readonly ofTemplate: (counts: WindowCounts, template: string) => number;
  readonly ofErrors: (counts: WindowCounts) => number;
}

function measureOf(own: ServiceEvents, exposure: WindowCounts, method: FeatureMethod): Measure {
  if (method === 'reference') {
    const plain = (counts: WindowCounts): number => countDeviation(counts, exposure, 0);
    return { ofOperation: plain, ofTemplate: plain, ofErrors: plain };
  }
  const heard = heardExposure(own, exposure);
  const known = (all: readonly WindowCounts[]): readonly WindowCounts[] =>
    all.filter((counts) => counts.every(isCount));
  const endpoints = known([exposure, ...own.serverOperations.map(countsOf)]);
  const operations = known([...endpoints, ...own.internalOperations.map(countsOf), ...own.calls.map(countsOf)]);
  const templates = [...own.logTemplates].filter(([, counts]) => counts.every(isCount));
  return {
    ofOperation: (counts) => boundDeviation(counts, exposure, endpoints),
    ofTemplate: (counts, template) =>
      boundDeviation(counts, heard, [
        // Only a log that was read in full can be counted against spans.
        ...(own.logShares ? [] : operations),
        ...templates.filter(([other]) => other !== template).map(([, others]) => others),
      ]),
    ofErrors: (counts) => boundDeviation(counts, heard, []),
  };
}

/** Requests whose log lines were read. */
function heardExposure({ logShares: [before, after] = [1, 1] }: ServiceEvents, exposure: WindowCounts): WindowCounts {
  const shareOf = (share: number): number => (share >= 0 ? Math.min(1, share) : 0);
  return [exposure[0] * shareOf(before), exposure[1] * shareOf(after)];
}

function addCount(list: number[], counts: WindowCounts, measure: (counts: WindowCounts) => number): void {
  if (isCount(counts[0]) && isCount(counts[1])) {
    list.push(measure(counts));
  }
}

function addDuration(list: number[], { baseline, incident }: OperationChange): void {
  if (!baseline || !incident || !(baseline.count >= MIN_DURATIONS[0] && incident.count >= MIN_DURATIONS[1])) {
    return;
  }
  const deviation = durationDeviation(baseline, incident);
  if (Number.isFinite(deviation)) {
    list.push(deviation);
  }
}

function addOperations(found: EventDeviations, own: ServiceEvents, { ofOperation }: Measure): void {
  for (const operation of own.internalOperations) {
    addCount(found.internal, countsOf(operation), ofOperation);
    if (operation.errorPath) {
      addCount(found.errorPaths, countsOf(operation), ofOperation);
    }
    addDuration(found.operationTimes, operation);
  }
  for (const operation of own.serverOperations) {
    addDuration(found.operationTimes, operation);
  }
}

function addCalls(
  found: EventDeviations,
  own: ServiceEvents,
  { ofOperation }: Measure,
  deviations: readonly (EventDeviations | undefined)[]
): void {
  for (const call of own.calls) {
    const callee = deviations[call.callee];
    for (const list of callee ? [found.callsOut, callee.callsIn] : [found.callsOut]) {
      addCount(list, countsOf(call), ofOperation);
    }
    for (const list of callee ? [found.timesOut, callee.timesIn] : [found.timesOut]) {
      addDuration(list, call);
    }
  }
}

function addLogs(found: EventDeviations, own: ServiceEvents, { ofTemplate, ofErrors }: Measure): void {
  for (const [template, counts] of own.logTemplates) {
    addCount(found.templates, counts, () => ofTemplate(counts, template));
  }
  if (own.logErrors) {
    addCount(found.logErrors, own.logErrors, ofErrors);
  }
}
