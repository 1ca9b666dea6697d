import type { JsonObject } from '#contracts';
import type { Action, ActionInput, EffectRequest, Progress } from '../../src/executor/actions/action.ts';
import { deploymentBody } from '../support/kubernetes/deployment-body.ts';
import type { Lane } from './lane.ts';
import { until } from './lane.ts';

export const NEVER = new AbortController().signal;
/** The time that the effects of this suite write. */
export const MINTED_MS = Date.UTC(2026, 0, 5, 3, 0, 0);

let counter = 0;
const deployed: string[] = [];
const meshNames: string[] = [];

/** A name that was not used before in this run. */
export function freshName(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}-${Math.random().toString(36).slice(2, 6)}`;
}

/** A fresh name for a rule or a service whose rate is limited; {@link cleanUp} deletes what was made under it. */
export function freshMeshName(): string {
  const name = freshName('mesh');
  meshNames.push(name);
  return name;
}

/** Path of a deployment, or of all. */
export function deploymentPath(lane: Lane, name?: string): string {
  return `/apis/apps/v1/namespaces/${lane.namespace}/deployments${name === undefined ? '' : `/${name}`}`;
}

/** Makes a deployment and waits until its pods serve. Answers its name. */
export async function deploy(lane: Lane, options: { replicas?: number; image?: string } = {}): Promise<string> {
  const name = freshName('web');
  deployed.push(name);
  await lane.send('POST', deploymentPath(lane), deploymentBody(name, options));
  await rolledOut(lane, name);
  return name;
}

/** Deletes what {@link deploy} and the actions on a mesh made, so that a suite does not fill a cluster. */
export async function cleanUp(lane: Lane): Promise<void> {
  const mesh = (version: string, plural: string, name: string) =>
    `/apis/networking.istio.io/${version}/namespaces/${lane.namespace}/${plural}/${name}`;
  const rules = meshNames
    .splice(0)
    .flatMap((name) => [
      mesh('v1beta1', 'destinationrules', name),
      mesh('v1alpha3', 'envoyfilters', `causeway-rate-limit-${name}`),
    ]);
  const paths = [...deployed.splice(0).map((name) => deploymentPath(lane, name)), ...rules];
  // Some tests delete or replace theirs.
  await Promise.all(paths.map((one) => lane.send('DELETE', one).catch(() => null)));
}

/** Waits until a deployment is as it shall be. */
export async function rolledOut(lane: Lane, name: string): Promise<void> {
  await until(async () => {
    const { metadata, spec, status } = await lane.send('GET', deploymentPath(lane, name));
    const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
    return status?.observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
  });
}

/** A change by somebody else, who knows nothing of our mark. */
export async function edit(lane: Lane, name: string, body: unknown): Promise<void> {
  await lane.send('PATCH', deploymentPath(lane, name), body, { contentType: 'application/strategic-merge-patch+json' });
}

/** Pods of a deployment that are not being removed. */
export async function podsOf(lane: Lane, name: string): Promise<any[]> {
  const query = { labelSelector: `app=${name}` };
  const { items } = await lane.send('GET', `/api/v1/namespaces/${lane.namespace}/pods`, undefined, { query });
  return items.filter((pod: any) => !pod.metadata.deletionTimestamp);
}

/** Forbids that fewer pods of a deployment serve. Answers a function that lifts it. */
export async function protect(lane: Lane, name: string, minAvailable: number): Promise<() => Promise<unknown>> {
  const path = (version: string) => `/apis/policy/${version}/namespaces/${lane.namespace}/poddisruptionbudgets`;
  const body = { metadata: { name }, spec: { minAvailable, selector: { matchLabels: { app: name } } } };
  // Servers before 1.21 have the beta only.
  const version = await lane.send('POST', path('v1'), body).then(
    () => 'v1',
    () => 'v1beta1'
  );
  if (version === 'v1beta1') {
    await lane.send('POST', path(version), body);
  }
  return () => lane.send('DELETE', `${path(version)}/${name}`);
}

/** An action of the lane. @throws Error for a name that is none */
export function actionOf(actions: ReadonlyMap<string, Action>, name: string): Action {
  const action = actions.get(name);
  if (!action) {
    throw new Error(`no action ${name}`);
  }
  return action;
}

/** Reads, rehearses and answers the request that carries the action out. */
export async function plan(
  action: Action,
  input: ActionInput,
  operationId = freshName('op')
): Promise<
  EffectRequest & { readonly diff: string; readonly warnings: readonly string[]; readonly state: JsonObject }
> {
  const state = await action.read(input, NEVER);
  const { diff, warnings } = await action.dryRun(input, state, NEVER);
  const { uid, version, preImage } = state;
  const summary = { summary: state.summary, size: { ...state.size } };
  return {
    input,
    expected: { uid, version },
    preImage,
    operationId,
    mintedMs: MINTED_MS,
    diff,
    warnings,
    state: summary,
  };
}

/** Reads, rehearses and carries out. @throws Error when it was not applied */
export async function perform(action: Action, input: ActionInput): Promise<EffectRequest> {
  const request = await plan(action, input);
  const outcome = await action.apply(request, NEVER);
  if (outcome.kind !== 'applied') {
    throw new Error(`${action.name}: ${outcome.kind}: ${outcome.message}`);
  }
  return request;
}

/** Takes back what a request did. */
export function undo(action: Action, request: EffectRequest) {
  if (!action.compensate) {
    throw new Error(`${action.name} has no way back`);
  }
  return action.compensate({ ...request, undoOperationId: `${request.operationId}-undo` }, NEVER);
}

/** Waits until a change has arrived or will not. */
export async function settled(action: Action, input: ActionInput): Promise<Progress> {
  let progress: Progress | undefined;
  await until(async () => {
    progress = await action.progress?.(input, NEVER);
    return progress === undefined || progress.state !== 'pending';
  });
  return progress ?? { state: 'settled', message: '' };
}
