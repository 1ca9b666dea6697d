import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoPlatform } from '../../../src/executor/actions/demo/demo-platform.ts';
import { kubernetesActions } from '../../../src/executor/actions/kubernetes/index.ts';
import { loadKubeconfig } from '../../../src/executor/actions/kubernetes/kubeconfig.ts';
import { kubernetesTransport } from '../../../src/executor/actions/kubernetes/kubernetes-call.ts';
import { kubernetesClient } from '../../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { describeError, jsonLog, redactor } from '../../../src/executor/log.ts';
import { openSqliteLedger } from '../../../src/executor/store/sqlite/open-ledger.ts';
import { PROXY_TOKEN } from '../../../src/executor/testing/callers.ts';
import type { Harness } from '../../../src/executor/testing/harness.ts';
import { makeHarness, proposal } from '../../../src/executor/testing/harness.ts';
import { settle } from '../../../src/executor/testing/manual-clock.ts';
import type { ClusterSubject } from '../crash/subjects.ts';
import { SUBJECTS } from '../crash/subjects.ts';
import { Cluster } from '../crash/worlds.ts';
import type { Attacks } from './attacks.ts';

const PLATFORM_TOKEN = 'platform-canary-8c1f7be2d0';
const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** Secrets that are known to be somewhere, looked for in everything that comes out. */
export async function attackSecrets(attacks: Attacks): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-abuse-'));
  try {
    const outputs = await shopOutputs(folder);
    for (const [canary, secret] of Object.entries(outputs.canaries)) {
      for (const [place, text] of Object.entries(outputs.places)) {
        await attacks.try('secrets', `${canary} in ${place}`, () => {
          assert.ok(text.length > 0, 'there is no output to look at');
          assert.ok(!text.includes(secret), 'it is there');
        });
      }
    }
    await attackClusterSecrets(attacks, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An executor that is used in every way, over a platform that repeats its credential in every answer. */
async function shopOutputs(folder: string) {
  const platform = await chattyPlatform();
  const redact = redactor([PLATFORM_TOKEN, PROXY_TOKEN]);
  const logs: string[] = [];
  const harness = await makeHarness({
    ledger: await openSqliteLedger(path.join(folder, 'ledger.sqlite')),
    platform: demoPlatform({ url: platform.url, token: PLATFORM_TOKEN, redact }),
    log: jsonLog((line) => void logs.push(line), redact),
  });
  const person = await harness.callers.person('alice');
  const backend = await harness.callers.backend('read');
  const responses = await useEverything(harness, person);
  responses.push((await harness.call('GET', '/v1/plans', backend)).text);
  const audit = JSON.stringify(await harness.executor.context.ledger.read.audit.after(0, 1000));
  const metrics = (await harness.call('GET', '/metrics', {})).text;
  await harness.stop();
  await platform.close();
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'latin1'));
  return {
    canaries: {
      'credential of the platform': PLATFORM_TOKEN,
      'bearer of the proxy': PROXY_TOKEN,
      'identity of a person': person['x-grafana-id'] ?? '',
      'token of the backend': backend['authorization']?.slice(7) ?? '',
    },
    places: {
      responses: responses.join('\n'),
      errors: responses.filter((text) => text.includes('"remedy"')).join('\n'),
      logs: logs.join('\n'),
      audit,
      metrics,
      ledger: files.join('\n'),
    },
  };
}

async function useEverything(harness: Harness, person: Record<string, string>): Promise<string[]> {
  const responses: string[] = [];
  const call = async (method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown) => {
    responses.push((await harness.call(method, url, person, body)).text);
  };
  const incident = await harness.openIncident();
  for (const replicas of [5, 6, 7]) {
    // The second refuses its dry run, the third its effect; all of them quote the credential.
    await harness.propose(incident.id, { parameters: { replicas } }).then(
      (plan) => harness.decide(plan, 'alice').then(({ text }) => responses.push(text)),
      (error: Error) => responses.push(error.message)
    );
    await settle(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await settle(50);
  }
  for (const route of harness.executor.routes) {
    await call(route.method, route.path.replaceAll(/:\w+/g, ID), route.method === 'GET' ? undefined : { a: 1 });
    await call(route.method, route.path.replaceAll(/:\w+/g, ID));
  }
  await call('POST', '/v1/plans', '{"a":');
  await call('POST', '/v1/plans', { ...proposal(incident.id), rationale: 'x'.repeat(5000) });
  await call('PUT', '/v1/freeze', { frozen: false, reason: 'drill' });
  responses.push((await harness.call('GET', '/v1/plans', { ...person, authorization: `Bearer ${PROXY_TOKEN}x` })).text);
  responses.push((await harness.call('GET', '/healthz', {})).text);
  return responses;
}

/** A platform of the shop with the caller's credential in every text. */
async function chattyPlatform(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      const said = `you are ${String(request.headers.authorization)}`;
      const { parameters = {}, dryRun } = (text === '' ? {} : JSON.parse(text)) as {
        parameters?: { replicas?: number };
        dryRun?: boolean;
      };
      const refuses = (dryRun === true && parameters.replicas === 6) || (dryRun === false && parameters.replicas === 7);
      const isTarget = request.url?.includes('/targets/') === true;
      const answer = isTarget
        ? { uid: 'u', version: '1', spec: { replicas: 2 } }
        : { applied: dryRun !== true, diff: said, message: said };
      response.writeHead(refuses ? 422 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refuses ? { message: said } : answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Every action on a cluster: what it reads, shows, stores and says when the server fails, with secrets in the objects. */
async function attackClusterSecrets(attacks: Attacks, folder: string): Promise<void> {
  const cluster = await Cluster.start(folder);
  const never = new AbortController().signal;
  for (const subject of SUBJECTS.filter((one): one is ClusterSubject => one.kind === 'cluster')) {
    const { address } = await cluster.add(subject);
    if (address.kind !== 'cluster') {
      continue;
    }
    const { kubeconfig, input } = address;
    const transport = kubernetesTransport(loadKubeconfig({ kind: 'file', file: kubeconfig }));
    const action = kubernetesActions(kubernetesClient('main', transport)).find(({ name }) => name === subject.action);
    const outputs: string[] = [];
    const keep = async (work: Promise<unknown> | undefined) => {
      outputs.push(await Promise.resolve(work).then((value) => JSON.stringify(value) ?? '', describeError));
    };
    const state = await action?.read(input, never);
    if (action && state) {
      const request = { input, expected: state, preImage: state.preImage, operationId: 'op-1', mintedMs: Date.now() };
      outputs.push(JSON.stringify(state));
      await keep(action.dryRun(input, state, never));
      cluster.failOnce();
      await keep(action.apply(request, never));
      await keep(action.apply(request, never));
      await keep(action.resolve(request, never));
      await keep(action.progress?.(input, never));
      await keep(action.compensate?.({ ...request, undoOperationId: 'op-2' }, never));
    }
    await transport.close();
    for (const [canary, secret] of Object.entries(cluster.canaries)) {
      await attacks.try('secrets', `${canary} in outputs of ${subject.name}`, () => {
        assert.ok(outputs.length > 3, 'there is no output to look at');
        assert.ok(!outputs.join('\n').includes(secret), 'it is there');
      });
    }
  }
  await cluster.stop();
}
