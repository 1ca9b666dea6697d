import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readOptions, renderRoles } from './roles.ts';

const documents = (...argv: string[]) =>
  parseAllDocuments(renderRoles(readOptions(argv))).map((document) => document.toJS() as any);

describe('npm run rbac', () => {
  it('prints the rights of one action and no other', () => {
    expect(documents('--namespace', 'shop', '--actions', 'k8s.scale')).toEqual([
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: {
          name: 'causeway-executor',
          namespace: 'shop',
          labels: { 'app.kubernetes.io/managed-by': 'causeway-executor' },
        },
        rules: [
          { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
          { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] },
          { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list'] },
          { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'patch'] },
          { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
        ],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: expect.objectContaining({ name: 'causeway-executor', namespace: 'shop' }),
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'causeway-executor' },
        subjects: [{ kind: 'ServiceAccount', name: 'causeway-executor', namespace: 'shop' }],
      },
    ]);
  });

  it('never grants what would be a way to more rights', () => {
    const rules = documents('--namespace', 'shop').flatMap((document) => document.rules ?? []);
    const resources = rules.flatMap((rule: any) => rule.resources);
    const verbs = rules.flatMap((rule: any) => rule.verbs);
    expect(resources.filter((one: string) => /secrets|exec|roles|serviceaccounts|\*/.test(one))).toEqual([]);
    expect(verbs.filter((one: string) => !['get', 'list', 'patch', 'create', 'delete'].includes(one))).toEqual([]);
    const writes = rules.filter((rule: any) => rule.verbs.some((verb: string) => /create|delete/.test(verb)));
    expect(writes.flatMap((rule: any) => rule.resources).sort()).toEqual([
      'destinationrules',
      'envoyfilters',
      'pods',
      'pods/eviction',
    ]);
  });

  it('binds an account that lives elsewhere, in every namespace', () => {
    const all = documents('--namespace', 'shop,pay', '--service-account', 'ops/executor', '--actions', 'k8s.restart');
    expect(all.map((one) => `${one.kind} ${one.metadata.namespace}`)).toEqual([
      'Role shop',
      'RoleBinding shop',
      'Role pay',
      'RoleBinding pay',
    ]);
    expect(all[3].subjects).toEqual([{ kind: 'ServiceAccount', name: 'executor', namespace: 'ops' }]);
  });

  it.each([
    [[], /--namespace is missing/],
    [['--namespace', 'Shop'], /"Shop" is no name/],
    [['--namespace', 'shop\n---'], /is no name/],
    [['--namespace', 'shop', '--name', '../x'], /is no name/],
    [['--namespace', 'shop', '--service-account', 'a/b/c'], /namespace\/name/],
    [
      ['--namespace', 'shop', '--actions', 'k8s.scale,k8s.exec'],
      /there is no k8s\.exec; known are istio\.circuitBreak, /,
    ],
    [['--namespace', 'shop', '--verbs', '*'], /--verbs/],
  ])('refuses %j', (argv, message) => {
    expect(() => renderRoles(readOptions(argv))).toThrow(message);
  });
});
