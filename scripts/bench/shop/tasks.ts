import { SCORE_THRESHOLDS, type ServiceAnomaly } from '#model';
import { FAULT_CATALOGUE } from '../../../src/demo/faults/index.ts';
import { ScoreHistory, type ServiceSummary } from './episodes.ts';
import { ShopLab, type Tick } from './lab.ts';

/** Where simulated time begins: a Wednesday, so that a day of quiet has no weekend in it. */
const BEGIN_MS = Date.UTC(2026, 10, 18, 0);
const HOUR_MS = 3_600_000;
/** A fault counts as detected when it is within this of its onset. */
export const DETECT_WITHIN_SECONDS = 300;

/** Quiet hours are read in strides; what lies between is judged step by step all the same. */
const STRIDE_MS = 300_000;
/** Faults of one seed begin at different hours of the day. */
const HOURS_APART = 2.6;

/** When the shop of a fault begins. */
export function faultBeginMs(fault: string): number {
  const index = FAULT_CATALOGUE.findIndex(({ id }) => id === fault);
  return BEGIN_MS + Math.round(index * HOURS_APART * HOUR_MS);
}

/** One simulated stretch of one seed. */
export type ShopTask =
  | { readonly kind: 'quiet'; readonly seed: number; readonly hours: number }
  | { readonly kind: 'fault'; readonly seed: number; readonly fault: string };

/** A day on which nothing was broken. */
export interface QuietResult {
  readonly seed: number;
  readonly hours: number;
  readonly services: readonly ServiceSummary[];
  readonly problems: readonly string[];
}

/** What the watch made of one fault. */
export interface FaultResult {
  readonly seed: number;
  readonly fault: string;
  /** False for what only looks like trouble. */
  readonly isFault: boolean;
  /** Seconds from onset to the first tick at which a service that was calm before reached the score; null: never. */
  readonly warningAfterSeconds: number | null;
  readonly alertAfterSeconds: number | null;
  readonly criticalAfterSeconds: number | null;
  /** To the first tick with an incident. */
  readonly incidentAfterSeconds: number | null;
  /** Service and signal that reached the alert level first; empty when none did. */
  readonly by: string;
  readonly peakScore: number;
  readonly peakBy: string;
  /** Services at the alert level already when the fault began: they count for nothing. */
  readonly alertedBefore: readonly string[];
  /** Services at the alert level later that the fault cannot have reached: false alarms, no detection. */
  readonly alertedElsewhere: readonly string[];
  readonly problems: readonly string[];
}

/** Simulates one stretch. */
export function runShopTask(task: ShopTask): Promise<QuietResult | FaultResult> {
  return task.kind === 'quiet' ? runQuiet(task) : runFault(task);
}

async function runQuiet({ seed, hours }: Extract<ShopTask, { kind: 'quiet' }>): Promise<QuietResult> {
  const lab = await ShopLab.open(String(seed), BEGIN_MS);
  try {
    const { historyMinutes, detectSeconds } = lab.settings.watch;
    const beginMs = BEGIN_MS + historyMinutes * 60_000;
    lab.advanceTo(beginMs);
    const history = new ScoreHistory();
    const problems = new Set<string>();
    let judgedMs = (await lab.look()).atMs;
    for (let atMs = beginMs + STRIDE_MS; atMs <= beginMs + hours * HOUR_MS; atMs += STRIDE_MS) {
      lab.advanceTo(atMs);
      const tick = await lab.look();
      tick.problems.forEach((problem) => problems.add(problem));
      for (; judgedMs + detectSeconds * 1000 < tick.atMs; judgedMs += detectSeconds * 1000) {
        history.push(lab.lookBack(judgedMs));
      }
      history.push(tick.services);
      judgedMs = tick.atMs + detectSeconds * 1000;
    }
    return { seed, hours, services: history.summarise(), problems: [...problems] };
  } finally {
    await lab.close();
  }
}

async function runFault({ seed, fault }: Extract<ShopTask, { kind: 'fault' }>): Promise<FaultResult> {
  const index = FAULT_CATALOGUE.findIndex(({ id }) => id === fault);
  const lab = await ShopLab.open(`${seed}`, faultBeginMs(fault));
  try {
    const { historyMinutes, detectSeconds } = lab.settings.watch;
    const onsetMs = lab.nowMs + historyMinutes * 60_000;
    lab.advanceTo(onsetMs);
    const before = await lab.look();
    lab.faults.inject(fault, 1, lab.nowMs);
    const ticks: Tick[] = [];
    for (
      let atMs = lab.nowMs + detectSeconds * 1000;
      atMs <= onsetMs + DETECT_WITHIN_SECONDS * 1000;
      atMs += detectSeconds * 1000
    ) {
      lab.advanceTo(atMs);
      ticks.push({ ...(await lab.look()), atMs });
    }
    const { fault: isFault = true, causes = [], symptom = '' } = FAULT_CATALOGUE[index] ?? {};
    const reach = isFault ? affectedBy([...causes, symptom], before.calls) : undefined;
    return { seed, fault, isFault, ...judgeTicks(before, ticks, onsetMs, reach) };
  } finally {
    await lab.close();
  }
}

/** Services that a trouble can reach: where it begins, whoever calls these, and so on up to the users. */
export function affectedBy(causes: readonly string[], calls: Tick['calls']): ReadonlySet<string> {
  const reached = new Set(causes);
  for (let before = -1; before < reached.size;) {
    before = reached.size;
    calls.filter(({ callee }) => reached.has(callee)).forEach(({ caller }) => reached.add(caller));
  }
  return reached;
}

/**
 * When the ticks after an onset first reached each level, at services that were calm before.
 * @param reach  services that count as detected; all of them for what is no fault
 */
export function judgeTicks(
  before: Pick<Tick, 'services'>,
  ticks: readonly Judged[],
  onsetMs: number,
  reach?: ReadonlySet<string>
): Omit<FaultResult, 'seed' | 'fault' | 'isFault'> {
  const alertedBefore = before.services
    .filter((item) => scoreOf(item) >= SCORE_THRESHOLDS.alert)
    .map(({ service }) => service);
  const fresh = (tick: Judged): readonly ServiceAnomaly[] =>
    tick.services.filter(({ service }) => !alertedBefore.includes(service));
  const calm = (tick: Judged): readonly ServiceAnomaly[] =>
    fresh(tick).filter(({ service }) => reach?.has(service) ?? true);
  const elsewhere = ticks
    .flatMap(fresh)
    .filter((item) => scoreOf(item) >= SCORE_THRESHOLDS.alert && reach?.has(item.service) === false);
  const strangest = (tick: Judged): ServiceAnomaly | undefined =>
    calm(tick).reduce<ServiceAnomaly | undefined>(
      (best, item) => (scoreOf(item) > (best ? scoreOf(best) : -1) ? item : best),
      undefined
    );
  const first = (holds: (tick: Judged) => boolean): Judged | undefined => ticks.find(holds);
  const after = (tick: Judged | undefined): number | null => (tick ? (tick.atMs - onsetMs) / 1000 : null);
  const reaches = (score: number) => first((tick) => calm(tick).some((item) => scoreOf(item) >= score));
  const alert = reaches(SCORE_THRESHOLDS.alert);
  const peak = ticks
    .map(strangest)
    .reduce((best, item) => (item && scoreOf(item) > (best ? scoreOf(best) : -1) ? item : best), undefined);
  return {
    warningAfterSeconds: after(reaches(SCORE_THRESHOLDS.warning)),
    alertAfterSeconds: after(alert),
    criticalAfterSeconds: after(reaches(SCORE_THRESHOLDS.critical)),
    incidentAfterSeconds: after(first(({ incidents }) => incidents.some((service) => reach?.has(service) ?? true))),
    by: alert ? nameOf(strangest(alert)) : '',
    peakScore: peak ? scoreOf(peak) : 0,
    peakBy: nameOf(peak),
    alertedBefore,
    alertedElsewhere: [...new Set(elsewhere.map(({ service }) => service))],
    problems: [...new Set(ticks.flatMap(({ problems }) => problems))],
  };
}

type Judged = Omit<Tick, 'calls' | 'candidates'>;

/** -1 where the score is unknown: an unknown is no calm and no alarm. */
function scoreOf({ reading }: ServiceAnomaly): number {
  return reading.kind === 'scored' ? reading.score : -1;
}

function nameOf(item: ServiceAnomaly | undefined): string {
  return item ? (item.signals[0]?.signalId ?? item.service) : '';
}
