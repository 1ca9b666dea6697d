import {
  calibrateAcross,
  EVALUATED,
  type Evaluated,
  type EvaluatedRanker,
  type EvaluationFigures,
  figuresOf,
} from '#training';

/** Figures of every score, by protocol. */
export type ProtocolFigures = Readonly<Record<string, Readonly<Record<EvaluatedRanker, EvaluationFigures>>>>;

/** Sums evaluations up, with confidences calibrated on the other systems. */
export function figuresByProtocol(
  evaluated: Readonly<Record<string, Evaluated>>,
  testOnly: readonly string[]
): ProtocolFigures {
  return Object.fromEntries(
    Object.entries(evaluated).map(([protocol, byRanker]) => [
      protocol,
      Object.fromEntries(
        EVALUATED.map((name) => [name, roundAll(figuresOf(calibrateAcross(byRanker[name], testOnly)))])
      ) as Record<EvaluatedRanker, EvaluationFigures>,
    ])
  );
}

/** Three decimals: more would be noise. */
function roundAll<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' ? Math.round(item * 1000) / 1000 : item))
  ) as Value;
}

/** What a run made. */
export interface Summary {
  readonly version: string;
  readonly out: string | null;
  readonly bytes: number;
}

/** The result as tables for people. */
export function toTables({ version, out, bytes }: Summary, figures: ProtocolFigures): string {
  const lines = [out === null ? `${version}, not written` : `${version} -> ${out}, ${Math.round(bytes / 1000)} kB`];
  for (const [protocol, byRanker] of Object.entries(figures)) {
    lines.push('', `Not trained on: ${protocol}`, '');
    lines.push(
      '| score | top-1 | top-3 | mean of systems | sure and right | ece | by system |',
      '|---|---|---|---|---|---|---|'
    );
    for (const [name, { top1, top3, meanOfSystems, calibration, bySystem }] of Object.entries(byRanker)) {
      const systems = Object.entries(bySystem).map(([system, own]) => `${system} ${own.top1}/${own.top3}`);
      lines.push(
        `| ${name} | ${top1} | ${top3} | ${meanOfSystems.top1}/${meanOfSystems.top3} | ` +
          `${calibration.sureAndRight}/${calibration.sure} | ${calibration.ece} | ${systems.join(', ')} |`
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
