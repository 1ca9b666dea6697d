import type { RandomDraws } from '../random-draws.ts';
import type { SimulatedSystem } from './system.ts';

/** What breaks. */
export type FaultKind = 'slow' | 'cpu' | 'memory' | 'disk' | 'network' | 'errors' | 'exception' | 'wrong-return';

/** A fault at one service, in terms of what it does there; the rest follows from the calls. */
export interface SimulatedFault {
  readonly root: number;
  readonly kind: FaultKind;
  /** Share of the root's visits that are hit, per journey. */
  readonly hit: Float64Array;
  /** The root's own time is multiplied by this on a hit. */
  readonly selfFactor: number;
  /** Milliseconds added to every call to the root; and to its own calls. */
  readonly wireMs: number;
  readonly wireOutMs: number;
  /** Probability that a hit visit fails. */
  readonly failure: number;
  /** Share of the root's work and calls that a hit visit leaves out. */
  readonly skipped: number;
  /** Share of the caller's further calls that a hit visit makes needless. */
  readonly misled: number;
  /** Share of failed visits that leave no trace at all, as after a crash. */
  readonly mute: number;
  /** Rises of the root's resources, in multiples of their spread. */
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly net: number;
  /** Fewer requests enter while the system is in trouble: share that stays away. */
  readonly deterred: number;
}

const KINDS: readonly FaultKind[] = [
  'slow',
  'cpu',
  'memory',
  'disk',
  'network',
  'errors',
  'errors',
  'exception',
  'exception',
  'wrong-return',
  'wrong-return',
];

type Effects = Partial<Omit<SimulatedFault, 'root' | 'kind' | 'hit'>>;

/** What one kind of fault does. */
const EFFECTS: Readonly<Record<FaultKind, (random: RandomDraws, wireMs: number) => Effects>> = {
  slow: (random) => ({ selfFactor: slower(random, 0.5, 50) }),
  cpu: (random) => ({ selfFactor: slower(random, 0.05, 5), cpu: severity(random) * random.uniform(0.5, 3) }),
  memory: (random) => ({
    selfFactor: random.chance(0.5) ? 1 : slower(random, 0.05, 3),
    memory: severity(random) * random.uniform(0.5, 3),
    disk: random.chance(0.3) ? severity(random) : 0,
  }),
  disk: (random) => ({ selfFactor: slower(random, 0.1, 10), disk: severity(random) * random.uniform(0.5, 2) }),
  network: (random, usualMs) => {
    const wireMs = usualMs * slower(random, 2, 200);
    return { wireMs, wireOutMs: random.chance(0.7) ? wireMs : 0, net: random.pick([0, 0, -0.5, 0.5]) };
  },
  errors: (random) => ({
    failure: random.pick([1, random.uniform(0.05, 1)]),
    skipped: random.uniform(0, 1),
    selfFactor: random.pick([1, random.uniform(0.2, 1), slower(random, 0.2, 10)]),
    mute: random.pick([0, 0, random.uniform(0, 1)]),
  }),
  exception: (random) => ({
    failure: random.pick([1, 1, random.uniform(0.2, 1), 0]),
    skipped: random.uniform(0.3, 1),
    misled: random.pick([0, random.uniform(0, 1)]),
    mute: random.pick([0, random.uniform(0, 1)]),
  }),
  'wrong-return': (random) => ({
    failure: random.pick([0, 0, random.uniform(0, 1)]),
    skipped: random.uniform(0.2, 1),
    misled: random.uniform(0, 1),
    mute: random.pick([0, 0, random.uniform(0, 1)]),
  }),
};

/** Rise of a signal in multiples of its spread. */
function severity(random: RandomDraws): number {
  return Math.exp(random.uniform(1.5, 5));
}

/** A factor above 1 whose excess is log-uniform. */
function slower(random: RandomDraws, low: number, high: number): number {
  return 1 + Math.exp(random.uniform(Math.log(low), Math.log(high)));
}

/**
 * Draws a fault.
 *
 * @param random  source of draws
 * @param system  where it happens
 * @param candidates  services that may be at fault, at least one
 * Cost O(journeys). Ref: RCA specification 8, steps 4 to 6.
 */
export function drawFault(random: RandomDraws, system: SimulatedSystem, candidates: readonly number[]): SimulatedFault {
  const kind = random.pick(KINDS);
  const root = random.pick(candidates);
  return {
    root,
    kind,
    hit: drawHits(random, system, kind),
    selfFactor: 1,
    wireMs: 0,
    wireOutMs: 0,
    failure: 0,
    skipped: 0,
    misled: 0,
    mute: 0,
    cpu: 0,
    memory: 0,
    disk: 0,
    net: 0,
    deterred: random.chance(0.3) ? random.uniform(0, 0.3) : 0,
    ...EFFECTS[kind](random, system.services[root]?.wireMs ?? 1),
  };
}

/**
 * Draws a trouble too small to be the incident: something gets a little slower, or fails a little more often.
 * Cost O(journeys).
 */
export function drawTrouble(random: RandomDraws, system: SimulatedSystem, root: number): SimulatedFault {
  const fault = drawFault(random, system, [root]);
  return {
    ...fault,
    selfFactor: 1 + random.uniform(0, 0.4),
    wireMs: 0,
    wireOutMs: 0,
    failure: random.chance(0.3) ? random.uniform(0, 0.05) : 0,
    skipped: 0,
    misled: 0,
    mute: 0,
    cpu: fault.cpu / 10,
    memory: fault.memory / 10,
    disk: fault.disk / 10,
    deterred: 0,
  };
}

/** Faults of code hit the journeys that run that code; the others hit all. */
function drawHits(random: RandomDraws, { journeys }: SimulatedSystem, kind: FaultKind): Float64Array {
  const ofCode = kind === 'exception' || kind === 'wrong-return' || kind === 'errors' || kind === 'slow';
  const share = ofCode ? random.pick([1, 0.6, 0.3]) : 1;
  const hit = Float64Array.from(journeys, () => (random.chance(share) ? 1 : 0));
  if (hit.every((value) => value === 0)) {
    hit[random.below(hit.length)] = 1;
  }
  return hit;
}
