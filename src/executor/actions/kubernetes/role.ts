import type { JsonObject } from '#contracts';
import type { Permission } from '../action.ts';

/** Names of the objects that {@link kubernetesRole} makes. */
export interface RoleOptions {
  readonly namespace: string;
  /** Of role and binding. */
  readonly name: string;
  readonly serviceAccount: string;
  /** Where the service account lives; the role's namespace when missing. */
  readonly serviceAccountNamespace?: string;
}

/**
 * Role and RoleBinding with exactly these rights and no other, in a fixed order, so that a diff of two roles shows what
 * changed. Rights of other namespaces are left out: a role holds in its own only.
 */
export function kubernetesRole(
  permissions: readonly Permission[],
  { namespace, name, serviceAccount, serviceAccountNamespace = namespace }: RoleOptions
): readonly [role: JsonObject, binding: JsonObject] {
  const verbs = new Map<string, Set<string>>();
  for (const { apiGroup, resource, subresource, verb, namespace: where } of permissions) {
    if (where === undefined || where === namespace) {
      const key = `${apiGroup} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
      verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
    }
  }
  const rules = [...verbs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, set]) => ruleOf(key, set));
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'causeway-executor' } };
  const subject = { kind: 'ServiceAccount', name: serviceAccount, namespace: serviceAccountNamespace };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  return [
    { apiVersion, kind: 'Role', metadata, rules },
    { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects: [subject] },
  ];
}

function ruleOf(key: string, verbs: ReadonlySet<string>): JsonObject {
  const [group = '', resource = ''] = key.split(' ');
  return { apiGroups: [group], resources: [resource], verbs: [...verbs].sort() };
}
