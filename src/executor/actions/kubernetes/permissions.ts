import type { Permission } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { reading } from './outcome.ts';
import type { ResourceKind } from './resources.ts';
import { RESOURCES } from './resources.ts';

/** Rights on a kind, without the namespace. */
export interface Right {
  readonly kind: ResourceKind;
  readonly verbs: readonly ('get' | 'list' | 'patch' | 'create' | 'delete')[];
  readonly subresource?: string;
}

/** Rights as permissions of a namespace; bound to one object where a name is given and the verb allows it. */
export function toPermissions(rights: readonly Right[], namespace: string, resourceName?: string): Permission[] {
  return rights.flatMap(({ kind, verbs, subresource }) =>
    verbs.map((verb) => ({
      apiGroup: RESOURCES[kind].group,
      resource: RESOURCES[kind].plural,
      ...(subresource === undefined ? {} : { subresource }),
      verb,
      namespace,
      ...(resourceName === undefined || isNameless(verb, subresource) ? {} : { resourceName }),
    }))
  );
}

/** Calls on a collection have no name that a right could be bound to. */
function isNameless(verb: string, subresource: string | undefined): boolean {
  return verb === 'list' || (verb === 'create' && subresource === undefined);
}

/** For people: `patch deployments.apps in shop`. */
export function describePermission({ apiGroup, resource, subresource, verb, namespace }: Permission): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${what}${apiGroup === '' ? '' : `.${apiGroup}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/**
 * Asks the cluster about every right before anything is promised.
 * @throws ExecutorError PLATFORM_REFUSED naming all missing rights, PLATFORM_UNAVAILABLE
 */
export async function requirePermissions(
  client: KubernetesClient,
  permissions: readonly Permission[],
  signal: AbortSignal
): Promise<void> {
  const answers = await reading(() =>
    Promise.all(permissions.map(async (one) => ({ one, ...(await client.mayI(one, signal)) })))
  );
  const missing = answers.filter(({ allowed }) => !allowed).map(({ one }) => describePermission(one));
  if (missing.length > 0) {
    const words = `The executor may not ${missing.join(', may not ')}. Grant it with the role that "npm run rbac" prints.`;
    throw new ExecutorError('PLATFORM_REFUSED', words);
  }
}
