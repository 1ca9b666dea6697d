import { toFixed, toPage, toTable } from '../markdown.ts';
import type { ShopAnswer } from './summary.ts';

const seconds = (value: number | null): string => (value === null ? 'never' : `${value} s`);

/** The answer of the command as a page for people. */
export function shopPage({
  seeds,
  collectSeconds,
  detectSeconds,
  historyMinutes,
  quiet,
  faults,
  gates,
}: ShopAnswer): string {
  const names = [...new Set(faults.map(({ fault }) => fault))];
  const rows = names.map((name) => {
    const own = faults.filter(({ fault }) => fault === name);
    const range = (pick: (result: (typeof own)[number]) => number | null): string => {
      const values = own.map(pick);
      const known = values.filter((value) => value !== null).toSorted((left, right) => left - right);
      const missing = values.length - known.length;
      const span = known.length === 0 ? '' : `${seconds(known[0] ?? null)} to ${seconds(known.at(-1) ?? null)}`;
      return missing === 0 ? span : `${span === '' ? '' : `${span}, `}${missing} of ${values.length} never`;
    };
    return [
      name,
      own[0]?.isFault === false ? 'no' : 'yes',
      range(({ warningAfterSeconds }) => warningAfterSeconds),
      range(({ alertAfterSeconds }) => alertAfterSeconds),
      range(({ criticalAfterSeconds }) => criticalAfterSeconds),
      own
        .map(({ peakScore }) => peakScore)
        .toSorted((left, right) => left - right)
        .map((score) => toFixed(score, 2))
        .join(' '),
      [...new Set(own.map(({ by }) => by).filter(Boolean))].slice(0, 3).join(', '),
    ];
  });
  return toPage(
    '# Demo benchmark',
    `\`npm run bench:demo -- --write\` measures again and writes this page; \`--json\` prints one JSON line. The simulated shop of the demo,
its own telemetry, and the backend's own detection with the settings of the demo: points every ${collectSeconds} s, judged every ${detectSeconds} s,
${historyMinutes} minutes of history. Random seeds ${seeds.join(', ')}. Everything is simulated time; the figures do not depend on the machine.`,
    '## Faults',
    `Every fault of the catalogue at intensity 1 in a shop of its own. Times from onset to the first tick at which a service that was calm
before, and that the fault can reach (its causes and whoever calls them), reached the score; peak scores within five minutes, one per seed.`,
    toTable(['fault', 'a fault', 'score 0.70', 'score 0.80', 'score 0.90', 'peak scores', 'first at'], rows),
    '## Quiet days',
    `${quiet[0]?.hours ?? 0} hours without any fault, with routine deployments. Yellow: alerts at 0.70 as the hold-off counts them; red: every single
step at or above 0.90.`,
    toTable(
      ['seed', 'services', 'yellow per service-day', 'red steps', 'peak score', 'unknown readings', 'loudest'],
      quiet.map((day) => [
        String(day.seed),
        String(day.services),
        toFixed(day.yellowPerServiceDay, 3),
        String(day.redSteps),
        toFixed(day.peakScore, 2),
        `${toFixed(100 * day.unknownShare, 1)} %`,
        day.loudest
          .slice(0, 3)
          .map(({ peakSignal, peakScore }) => `${peakSignal} ${toFixed(peakScore, 2)}`)
          .join(', '),
      ])
    ),
    '## Gates',
    toTable(
      ['gate', 'value', 'target', ''],
      gates.map(({ id, value, target, pass }) => [
        id,
        toFixed(value, 3),
        String(target),
        pass ? 'reached' : 'not reached',
      ])
    )
  );
}
