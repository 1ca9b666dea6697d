import { SCORE_THRESHOLDS } from '#model';
import type { Gate } from '../detection/gates.ts';
import { DETECT_WITHIN_SECONDS, type FaultResult, type QuietResult } from './tasks.ts';

const REFERENCE_FAULT = 'missing-index';
const MAX_YELLOW_PER_SERVICE_DAY = 0.5;

/** A day of quiet, over all its services. */
export interface QuietSummary {
  readonly seed: number;
  readonly hours: number;
  readonly services: number;
  readonly yellow: number;
  readonly yellowPerServiceDay: number;
  readonly redSteps: number;
  /** Share of service readings that were unknown. */
  readonly unknownShare: number;
  readonly peakScore: number;
  /** Services that were not calm all day, worst first. */
  readonly loudest: readonly {
    readonly service: string;
    readonly yellow: number;
    readonly redSteps: number;
    readonly peakScore: number;
    readonly peakSignal: string;
  }[];
  readonly problems: readonly string[];
}

/** The answer of `bench:demo`. */
export interface ShopAnswer {
  readonly schema: 'causeway.bench-demo/1';
  readonly seeds: readonly number[];
  readonly collectSeconds: number;
  readonly detectSeconds: number;
  readonly historyMinutes: number;
  readonly quiet: readonly QuietSummary[];
  readonly faults: readonly FaultResult[];
  readonly gates: readonly Gate[];
}

/** Sums up one quiet day. */
export function summariseQuiet({ seed, hours, services, problems }: QuietResult): QuietSummary {
  const sum = (pick: (service: QuietResult['services'][number]) => number): number =>
    services.reduce((total, service) => total + pick(service), 0);
  const yellow = sum((service) => service.yellow);
  return {
    seed,
    hours,
    services: services.length,
    yellow,
    yellowPerServiceDay: yellow / ((services.length * hours) / 24),
    redSteps: sum((service) => service.redSteps),
    unknownShare: sum((service) => service.unknownSteps) / sum((service) => service.steps),
    peakScore: Math.max(...services.map((service) => service.peakScore)),
    loudest: services
      .filter(({ peakScore }) => peakScore >= SCORE_THRESHOLDS.warning)
      .toSorted((left, right) => right.peakScore - left.peakScore)
      .map(({ service, yellow: own, redSteps, peakScore, peakSignal }) => ({
        service,
        yellow: own,
        redSteps,
        peakScore,
        peakSignal,
      })),
    problems,
  };
}

/** What must hold of the demo, over all seeds. */
export function shopGates(quiet: readonly QuietSummary[], faults: readonly FaultResult[]): readonly Gate[] {
  const real = faults.filter(({ isFault }) => isFault);
  const harmless = faults.filter(({ isFault }) => !isFault);
  const reference = faults.filter(({ fault }) => fault === REFERENCE_FAULT);
  const inTime = real.filter(
    ({ alertAfterSeconds }) => alertAfterSeconds !== null && alertAfterSeconds <= DETECT_WITHIN_SECONDS
  );
  const gates: Gate[] = [];
  const add = (id: string, value: number, target: number, pass: boolean): void =>
    void gates.push({ id, value, target, pass });
  if (real.length > 0) {
    const share = inTime.length / real.length;
    add('share of faults at score 0.80 within 5 minutes', share, 1, share === 1);
  }
  if (reference.length > 0) {
    const least = Math.min(...reference.map(({ peakScore }) => peakScore));
    add(
      'least peak score of the reference incident',
      least,
      SCORE_THRESHOLDS.critical,
      least > SCORE_THRESHOLDS.critical
    );
  }
  if (harmless.length > 0) {
    const red = harmless.filter(({ criticalAfterSeconds }) => criticalAfterSeconds !== null).length;
    add('harmless changes that were red', red, 0, red === 0);
  }
  if (quiet.length > 0) {
    const red = quiet.reduce((sum, day) => sum + day.redSteps, 0);
    const yellow = Math.max(...quiet.map((day) => day.yellowPerServiceDay));
    add('red steps of the quiet shop', red, 0, red === 0);
    add(
      'yellow per service-day of the quiet shop, worst seed',
      yellow,
      MAX_YELLOW_PER_SERVICE_DAY,
      yellow <= MAX_YELLOW_PER_SERVICE_DAY
    );
  }
  return gates;
}
