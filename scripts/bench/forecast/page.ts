import type { SaturationFigures, summariseModels } from './summary.ts';
import { toTable } from '../markdown.ts';
import type { BenchModelId } from './evaluate-series.ts';

/** The result of the bench, rounded. */
export interface ForecastAnswer {
  readonly series: number;
  readonly origins: number;
  readonly models: ReturnType<typeof summariseModels>;
  readonly saturation: { readonly easy: SaturationFigures; readonly hard: SaturationFigures };
}

const NAMES: Readonly<Record<BenchModelId, string>> = {
  lastValue: 'last value',
  seasonalNaive: 'value of the day before',
  dampedHolt: 'damped Holt',
  seasonalAr: 'seasonal AR',
  ridgeLags: 'ridge on lags',
  mstl: 'MSTL with ETS (@bsull/augurs)',
  meanOfTwo: 'mean of seasonal AR and ridge',
  medianOfThree: 'median of seasonal AR, ridge and MSTL',
  median: '**the product: weighted median of six**',
};

/** The page of the figures. */
export function forecastPage({ series, origins, models, saturation }: ForecastAnswer): string {
  const rows = (Object.keys(NAMES) as BenchModelId[]).map((id) => {
    const { scaledMaeMean, scaledMaeMedian, scaledErrorMedian30m, scaledErrorMedian60m, coverage95, meanMs } =
      models[id];
    const errors = [scaledMaeMean, scaledMaeMedian, scaledErrorMedian30m, scaledErrorMedian60m].map((x) =>
      x.toFixed(2)
    );
    return [NAMES[id], ...errors, coverage95 === null ? '-' : coverage95.toFixed(3), meanMs.toFixed(1)];
  });
  const sets = (['easy', 'hard'] as const).map((name) => setRow(name, saturation[name]));
  return `# Forecasts

\`npm run bench:forecast -- --data DIR --write\` renews this page. ${series} series, ${origins} forecasts of one hour in steps of five
minutes from seven days of history. Errors are divided by the mean absolute difference of neighbouring values of the history: 1 is an
average step. Times are those of the machine of the run and are not asserted anywhere.

${toTable(['Method', 'mean error', 'median error', '+30 min', '+60 min', '95 % band covers', 'ms'], rows)}

The coverage is measured on two of six origins of each series, with 30 backtests each.

## Saturation

Simulated resources with a limit of 90, a daily course and AR(.85) noise. Easy: base 35 to 50, innovations .25 to 1, ramps of 30 to 330
minutes. Hard: base 60 to 85, innovations .5 to 3, ramps of 30 to 180 minutes, of which 30 % stop at 85 to 89. A warning before the ramp
begins counts as missed. No healthy window reaches the limit: such draws are drawn again.

${toTable(['Set', 'ramps', 'recall', 'median lead', '10 % lead', 'false, flat', 'false, ramp that stops', 'before the ramp'], sets)}

A ramp that stops just below the limit cannot be told from one that goes on until it stops: warnings on those are in the nature of the
task. On the hard set the noise of a third of the windows is as large as what is left to the limit; there the noise reaches it, not
the ramp.
`;
}

function setRow(name: string, figures: SaturationFigures): readonly string[] {
  const { ramps, recall, medianLeadMinutes, p10LeadMinutes, flat, stopping, earlyWarnings } = figures;
  return [
    name,
    String(ramps),
    recall.toFixed(3),
    `${medianLeadMinutes} min`,
    `${p10LeadMinutes} min`,
    `${flat.falseWarnings} of ${flat.windows}`,
    stopping.windows === 0 ? '-' : `${stopping.falseWarnings} of ${stopping.windows}`,
    String(earlyWarnings),
  ];
}
