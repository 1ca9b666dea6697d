import type { FamilyFigures, SystemFigures } from './simulate.ts';

/** One limit that the figures must keep. */
export interface Check {
  readonly name: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly kept: boolean;
}

/** The limits of the RCA specification 15, on the system of its 10.6. */
export function checkFigures(systems: readonly SystemFigures[], families: readonly FamilyFigures[]): readonly Check[] {
  const first = systems[0]?.system;
  const [none, real] = [0, 0.8].map((truth) =>
    systems.find((figures) => figures.system === first && figures.truth === truth)
  );
  const corrected = families.find(({ method }) => method === 'product, corrected');
  const limit = (name: string, value: number | undefined, from: number, to: number): Check => {
    const known = value ?? Number.NaN;
    return { name, value: known, from, to, kept: known >= from && known <= to };
  };
  return [
    limit('false rejections at 5 %', none?.product.rejects, 0.03, 0.07),
    limit('interval coverage, no effect', none?.product.covers, 0.93, 0.97),
    limit('interval coverage, effect .8', real?.product.covers, 0.93, 0.97),
    limit('placebo false alarms', none?.placeboPasses, 0, 0.08),
    limit('false discovery rate, corrected', corrected?.falseDiscoveryRate, 0, 0.06),
    limit('power, corrected', corrected?.power, 0.9, 1),
  ];
}
