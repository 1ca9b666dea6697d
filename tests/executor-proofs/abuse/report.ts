import { toPage, toTable } from '../../../scripts/bench/markdown.ts';
import { attackAlerts } from './alerts.ts';
import { attackApprovals, attackClock } from './approvals.ts';
import { Attacks } from './attacks.ts';
import { attackOutbound } from './outbound.ts';
import { attackParameters } from './parameters.ts';
import { attackRequests, attackTokens } from './requests.ts';
import { attackExpressions, attackRunbookParameters, attackYaml } from './runbooks.ts';
import { attackSecrets } from './secrets.ts';
import { attackStorage } from './storage.ts';

/** What was attacked, by what. */
export const CAMPAIGNS: Readonly<Record<string, (attacks: Attacks) => Promise<void>>> = {
  parameters: attackParameters,
  runbooks: attackRunbookParameters,
  yaml: attackYaml,
  expressions: attackExpressions,
  approvals: attackApprovals,
  clock: attackClock,
  tokens: attackTokens,
  requests: attackRequests,
  alerts: attackAlerts,
  ssrf: attackOutbound,
  storage: attackStorage,
  secrets: attackSecrets,
};

/** The answer of the proof. */
export interface AbuseReport {
  readonly schema: 'causeway.test-abuse/1';
  readonly tried: number;
  readonly held: number;
  readonly byGroup: Readonly<Record<string, { readonly tried: number; readonly held: number }>>;
  readonly failures: readonly { readonly group: string; readonly attack: string; readonly through: string }[];
  readonly seconds: number;
}

/** Makes the attacks of these campaigns, one after the other. */
export async function attack(names: readonly string[], say: (text: string) => void): Promise<AbuseReport> {
  const startedMs = performance.now();
  const attacks = new Attacks();
  for (const name of names) {
    const before = attacks.attempts.length;
    // A campaign that cannot even be made has held nothing.
    await CAMPAIGNS[name]?.(attacks).catch((error: unknown) =>
      attacks.attempts.push({ group: name, name: 'the campaign itself', through: String(error) })
    );
    say(`${name}: ${attacks.attempts.length - before}`);
  }
  const { attempts } = attacks;
  const count = (of: typeof attempts) => ({
    tried: of.length,
    held: of.filter(({ through }) => through === undefined).length,
  });
  const groups = [...new Set(attempts.map(({ group }) => group))];
  return {
    schema: 'causeway.test-abuse/1',
    ...count(attempts),
    byGroup: Object.fromEntries(groups.map((group) => [group, count(attempts.filter((one) => one.group === group))])),
    failures: attempts.flatMap(({ group, name, through }) =>
      through === undefined ? [] : [{ group, attack: name, through }]
    ),
    seconds: Math.round((performance.now() - startedMs) / 1000),
  };
}

/** The report for people. */
export function abusePage({ tried, held, byGroup, failures, seconds }: AbuseReport): string {
  const rows = Object.entries(byGroup).map(([group, counts]) => [group, String(counts.tried), String(counts.held)]);
  return toPage(
    toTable(['attacks on', 'tried', 'held'], [...rows, ['together', String(tried), String(held)]]),
    `Seconds: ${seconds}.`,
    failures.map(({ group, attack: name, through }) => `- ${group}, ${name}: ${through}`).join('\n')
  );
}
