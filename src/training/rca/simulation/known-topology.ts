import { type MetricKind, quantileSorted, type RankingCase, type RankingServiceType } from '#engine';

/** How much the series of one service scatter in quiet times: standard deviation as a share of the level, by kind. */
export type ServiceNoise = Readonly<Partial<Record<MetricKind, number>>>;

/** An installation as far as it is known: the rest is drawn. */
export interface KnownTopology {
  readonly types: readonly RankingServiceType[];
  /** Pairs of positions in `types`. */
  readonly edges: readonly (readonly [caller: number, callee: number])[];
  readonly entry: number | undefined;
  /** By service; undefined: telemetry and noise are drawn. A kind that no service has is not recorded there. */
  readonly noise?: readonly ServiceNoise[];
}

/** Fewest values that tell how much a series scatters. */
const MIN_VALUES = 10;
const MAX_SPREAD = 3;

/**
 * The installation behind a real case: its graph, and how much its telemetry scattered before the incident.
 *
 * @param input  any case
 * @returns a topology to simulate on; of several series of a kind the median spread counts
 * Cost O(sum of n log n over the series).
 */
export function topologyOf(input: RankingCase): KnownTopology {
  const found = input.services.map((): Map<MetricKind, number[]> => new Map());
  for (const { service, kind, baseline } of input.series) {
    const spread = relativeSpread(baseline);
    const own = found[service];
    if (spread !== undefined && own) {
      own.set(kind, [...(own.get(kind) ?? []), spread]);
    }
  }
  return {
    types: input.services.map(({ type }) => type),
    edges: input.edges.filter(
      ([caller, callee]) => input.services[caller] && input.services[callee] && caller !== callee
    ),
    entry: input.entry,
    noise: found.map((kinds) =>
      Object.fromEntries(
        [...kinds].map(([kind, spreads]) => [
          kind,
          quantileSorted(
            spreads.sort((a, b) => a - b),
            0.5
          ),
        ])
      )
    ),
  };
}

/** Standard deviation of the logarithm as the quartiles show it; undefined for few or useless values. */
function relativeSpread(values: Float64Array): number | undefined {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length < MIN_VALUES) {
    return undefined;
  }
  const middle = Math.abs(quantileSorted(sorted, 0.5));
  const width = (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / 1.349;
  return middle > 0 && width >= 0 ? Math.min(MAX_SPREAD, width / middle) : undefined;
}
