import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { CompiledPlan } from '../../../src/executor/runbooks/index.ts';
import { compilePlan, resolveParameters } from '../../../src/executor/runbooks/index.ts';
import { realRegistry, shippedRunbooks } from '../../../src/executor/runbooks/testing/shipped.ts';
import { missingPrometheus } from './real-prometheus.ts';

const missing = missingPrometheus();
if (missing !== undefined) {
  console.warn(`\n  SKIPPED: queries of the runbooks were NOT tried on a real Prometheus: ${missing}\n`);
}

const LABELS = {
  namespace: 'shop',
  deployment: 'payment',
  statefulset: 'redis',
  container: 'app',
  pod: 'payment-x',
  node: 'node-1',
  service: 'payment',
  provider: 'api.example',
  scaledobject: 'payment',
  model_version: 'v1.3.0',
  feature: 'latency_p99',
  caller: 'order',
  table: 'orders',
  column: 'customer_id',
  requests_per_second: '100',
  limit_bytes: '536870912',
  replicas: '3',
};
/** Series with the labels that exporters give them, also those that make a join ambiguous. One value a minute. */
const SERIES: Readonly<Record<string, string>> = {
  'kube_replicaset_created{namespace="shop",replicaset="payment-a",job="ksm"}': '3000x120',
  'kube_replicaset_created{namespace="shop",replicaset="payment-b",job="ksm"}': '5000x120',
  'kube_replicaset_created{namespace="shop",replicaset="other-b",job="ksm"}': '6000x120',
  'kube_replicaset_owner{namespace="shop",replicaset="payment-a",owner_kind="Deployment",owner_name="payment",job="ksm"}':
    '1x120',
  'kube_replicaset_owner{namespace="shop",replicaset="payment-b",owner_kind="Deployment",owner_name="payment",job="ksm"}':
    '1x120',
  'kube_replicaset_owner{namespace="shop",replicaset="other-b",owner_kind="Deployment",owner_name="other",job="ksm"}':
    '1x120',
  'kube_deployment_status_replicas_unavailable{namespace="shop",deployment="payment"}': '1x120',
  'kube_deployment_status_replicas_available{namespace="shop",deployment="payment"}': '2x120',
  'container_memory_working_set_bytes{namespace="shop",pod="payment-x",container="app",id="1"}': '96x120',
  'container_memory_working_set_bytes{namespace="shop",pod="payment-x",container="app",id="2"}': '50x120',
  'kube_pod_container_resource_limits{namespace="shop",pod="payment-x",container="app",resource="memory",unit="byte"}':
    '100x120',
  'kube_pod_container_resource_limits{namespace="shop",pod="payment-x",container="app",resource="cpu",unit="core"}':
    '1x120',
  'container_cpu_usage_seconds_total{namespace="shop",pod="payment-x",container="app",id="1"}': '0+54x120',
  'container_fs_usage_bytes{namespace="shop",pod="payment-x",container="app"}': '7000000000x120',
  'kube_pod_container_status_restarts_total{namespace="shop",pod="payment-x",container="app"}': '0+1x120',
  'kube_pod_container_status_last_terminated_reason{namespace="shop",pod="payment-x",container="app",reason="OOMKilled"}':
    '1x120',
  'kube_node_status_condition{node="node-1",condition="DiskPressure",status="true"}': '1x120',
  'kube_node_status_condition{node="node-1",condition="DiskPressure",status="false"}': '0x120',
  'http_requests_total{service="payment",status="200"}': '0+90x120',
  'http_requests_total{service="payment",status="503"}': '0+10x120',
  'http_request_duration_seconds_bucket{service="payment",le="2"}': '0+50x120',
  'http_request_duration_seconds_bucket{service="payment",le="6"}': '0+100x120',
  'http_request_duration_seconds_bucket{service="payment",le="+Inf"}': '0+100x120',
  'redis_memory_used_bytes{namespace="shop",service="redis",instance="r:1"}': '95x120',
  'redis_memory_max_bytes{namespace="shop",service="redis",instance="r:1"}': '100x120',
  'redis_up{namespace="shop",service="redis",instance="r:1"}': '1x120',
  'model_accuracy{model_version="v1.3.0",time_window="1h"}': '0.75x120',
  'model_data_drift_score{feature="latency_p99"}': '0.4x120',
  'model_prediction_latency_seconds_bucket{le="0.1"}': '0+0x120',
  'model_prediction_latency_seconds_bucket{le="0.5"}': '0+100x120',
  'model_prediction_latency_seconds_bucket{le="+Inf"}': '0+100x120',
  'db_client_connections_usage{service_name="payment",pool_name="a",state="used"}': '19x120',
  'db_client_connections_usage{service_name="payment",pool_name="a",state="idle"}': '1x120',
  'db_client_connections_max{service_name="payment",pool_name="a"}': '20x120',
  'http_client_request_duration_seconds_count{service_name="payment",server_address="api.example",http_response_status_code="429"}':
    '0+5x120',
  'http_client_request_duration_seconds_count{service_name="payment",server_address="api.example",http_response_status_code="200"}':
    '0+5x120',
};
/** What each query must give on these series, worked out by hand. */
const EXPECTED: readonly (readonly [runbook: string, check: string, value: number])[] = [
  ['bad-deploy-rollback', 'errors', 0.1],
  // 115 minutes after the start, 5000 s for the newer replica set of the two.
  ['bad-deploy-rollback', 'rolled-out-lately', 1900],
  ['bad-deploy-rollback', 'errors-are-gone', 0.1],
  ['bad-deploy-rollback', 'all-replicas-available', 1],
  ['connection-pool-exhaustion', 'pool-is-full', 0.95],
  ['connection-pool-exhaustion', 'nothing-times-out', 0],
  ['crash-loop-restart', 'crashing', 15],
  ['crash-loop-restart', 'not-killed-for-memory', 1],
  ['crash-loop-restart', 'siblings-serve', 2],
  ['crash-loop-restart', 'nothing-waits-in-a-crash-loop', 0],
  ['disk-pressure', 'the-pod-fills-it', 7],
  ['disk-pressure', 'no-disk-pressure', 1],
  ['external-rate-limit', 'calls-are-refused', 0.5],
  ['external-rate-limit', 'the-provider-accepts', 0.5],
  // Both conditions hold: 10 % of errors, and a p99 of 5.92 s.
  ['keda-bounds', 'errors-or-latency', 2],
  ['keda-bounds', 'few-errors', 10],
  ['keda-bounds', 'fast-enough', 5920],
  ['model-accuracy-drop', 'accuracy-is-low', 0.75],
  ['model-data-drift', 'drifted', 0.4],
  ['model-high-latency', 'predictions-are-slow', 0.496],
  ['oom-crash-loop', 'killed-for-memory', 1],
  ['oom-crash-loop', 'near-its-limit', 0.96],
  ['oom-crash-loop', 'no-restart', 2],
  ['redis-memory', 'memory-is-full', 0.95],
  ['redis-memory', 'redis-answers', 1],
  ['saturation-scale-out', 'saturated', 0.9],
  ['slow-query-mitigation', 'slow', 5.6],
  ['slow-query-mitigation', 'few-errors', 0.1],
];

const actions = realRegistry();
const plans: readonly CompiledPlan[] = [...(await shippedRunbooks()), ...(await shippedRunbooks('demo'))].map(
  (loaded) => compilePlan(loaded, resolveParameters(loaded.runbook, { labels: LABELS }), actions)
);
const folder = mkdtempSync(path.join(tmpdir(), 'runbook-queries-'));
afterAll(() => rmSync(folder, { recursive: true }));

function questionsOf({ preconditions, verify, steps }: CompiledPlan): readonly (readonly [string, string])[] {
  return [
    ...[...preconditions, ...verify.checks].map(({ name, query }) => [name, query] as const),
    ...steps.flatMap(({ id, input }) => (typeof input['query'] === 'string' ? [[id, input['query']] as const] : [])),
  ];
}

async function promtool(file: string, content: unknown, ...command: readonly string[]): Promise<string> {
  const at = path.join(folder, file);
  writeFileSync(at, JSON.stringify(content));
  const { stdout } = await promisify(execFile)('promtool', [...command, at]);
  return stdout;
}

describe.skipIf(missing !== undefined)('queries of the shipped runbooks', () => {
  it('are read by Prometheus', async () => {
    const rules = plans.flatMap((plan) => questionsOf(plan).map(([, expr], index) => ({ alert: `q${index}`, expr })));
    const unique = [...new Map(rules.map((rule) => [rule.expr, rule])).values()].map((rule, index) => ({
      ...rule,
      alert: `q${index}`,
    }));
    const said = await promtool('rules.yaml', { groups: [{ name: 'runbooks', rules: unique }] }, 'check', 'rules');
    expect(said).toContain(`SUCCESS: ${unique.length} rules found`);
  });

  it('give the numbers that they are asked for', async () => {
    const tests = EXPECTED.map(([runbook, check, value]) => {
      const plan = plans.find((candidate) => candidate.runbook.name === runbook)!;
      const [, query] = questionsOf(plan).find(([name]) => name === check)!;
      // One series without labels, equal but for rounding.
      return {
        expr: `abs((${query}) - ${value}) < bool 1e-9`,
        eval_time: '115m',
        exp_samples: [{ labels: '{}', value: 1 }],
      };
    });
    const input_series = Object.entries(SERIES).map(([series, values]) => ({ series, values }));
    const content = { evaluation_interval: '1m', tests: [{ interval: '1m', input_series, promql_expr_test: tests }] };
    expect(await promtool('tests.yaml', content, 'test', 'rules')).toContain('SUCCESS');
  });
});
