import { DemoError } from './errors.ts';
import { connectDemo, type DemoClient } from './smoke/demo-client.ts';
import { DEFAULT_PACE, runScenario, type ScenarioPace } from './smoke/run-scenario.ts';
import type { ScenarioResult } from './smoke/scenario-result.ts';

/** Addresses of a running demo. */
export interface SmokeUrls {
  /** The page, without trailing slash. */
  readonly host: string;
}

/** What the smoke run prints, as one JSON line. */
export interface SmokeResult {
  readonly ok: boolean;
  readonly scenarios: readonly ScenarioResult[];
  /** Whether the executor's hash-chained audit is unbroken. */
  readonly auditOk: boolean;
  readonly auditEntries: number;
  /** Real seconds. */
  readonly tookSeconds: number;
}

/** Faults that must be found and repaired, and two quiet ones that must stay without a cause. */
const SCENARIOS = ['missing-index', 'triple', 'bad-deploy', 'traffic-surge', 'nothing'];

/**
 * Runs all scenarios on a running demo, one after the other, over the same HTTP, gRPC and executor paths as the browser.
 * @throws DemoError when the demo does not answer
 */
export async function runSmoke(
  urls: SmokeUrls,
  log: (line: string) => void,
  { client = connectDemo(urls.host), pace = DEFAULT_PACE }: { client?: DemoClient; pace?: ScenarioPace } = {}
): Promise<SmokeResult> {
  const startedMs = performance.now();
  const catalogue = await client.catalogue();
  const scenarios: ScenarioResult[] = [];
  for (const id of SCENARIOS) {
    const entry = catalogue.find((item) => item.id === id);
    if (!entry) {
      throw new DemoError('CAUSEWAY_DEMO_HTTP', `The shop does not know the fault ${id}`);
    }
    scenarios.push(await runScenario(client, entry, pace, log));
  }
  await client.reset();
  await client.setSpeed(1);
  const audit = await client.verifyAudit();
  return {
    ok: audit.ok && audit.entries > 0 && scenarios.every((scenario) => scenario.passed),
    scenarios,
    auditOk: audit.ok,
    auditEntries: audit.entries,
    tookSeconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
}
