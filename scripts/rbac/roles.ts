import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { kubernetesActions } from '../../src/executor/actions/kubernetes/index.ts';
import { kubernetesClient } from '../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { kubernetesRole } from '../../src/executor/actions/kubernetes/role.ts';

export const HELP = `npm run rbac -- --namespace NS [options]

  --namespace <names>           namespaces that the executor acts in, with commas between them
  --actions <names>             only these actions, with commas between them (default: all)
  --name <name>                 of Role and RoleBinding (default causeway-executor)
  --service-account <ns/name>   who gets the role (default: causeway-executor in the same namespace)
  --help                        this text

Prints a Role and a RoleBinding for each namespace, with the rights that the actions need and no other.
`;

/** A command line that cannot be understood. */
export class RbacArgumentError extends Error {
  readonly code = 'CAUSEWAY_RBAC_ARGUMENT';
  readonly remedy = HELP;
}

export interface RbacOptions {
  readonly namespaces: readonly string[];
  readonly actions: readonly string[] | undefined;
  readonly name: string;
  readonly serviceAccount: { readonly namespace?: string; readonly name: string };
  readonly help: boolean;
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** @throws RbacArgumentError */
export function readOptions(argv: readonly string[]): RbacOptions {
  const values = parse(argv);
  const namespaces = split(values.namespace);
  if (!values.help && namespaces.length === 0) {
    throw new RbacArgumentError('--namespace is missing.');
  }
  const account = (values['service-account'] ?? 'causeway-executor').split('/');
  const [last = '', before] = account.reverse();
  for (const name of [...namespaces, values.name, ...account]) {
    if (!NAME.test(name)) {
      throw new RbacArgumentError(`"${name}" is no name of Kubernetes.`);
    }
  }
  if (account.length > 2) {
    throw new RbacArgumentError('--service-account: write it like namespace/name.');
  }
  return {
    namespaces,
    actions: values.actions === undefined ? undefined : split(values.actions),
    name: values.name,
    serviceAccount: { name: last, ...(before === undefined ? {} : { namespace: before }) },
    help: values.help,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        namespace: { type: 'string' },
        actions: { type: 'string' },
        name: { type: 'string', default: 'causeway-executor' },
        'service-account': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new RbacArgumentError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function split(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}

/**
 * YAML of the roles. Actions say what they need without a cluster.
 * @throws RbacArgumentError for an action that does not exist
 */
export function renderRoles({ namespaces, actions, name, serviceAccount }: RbacOptions): string {
  const known = kubernetesActions(kubernetesClient('offline', OFFLINE));
  const unknown = (actions ?? []).filter((one) => !known.some((action) => action.name === one));
  if (unknown.length > 0) {
    const names = known.map((action) => action.name).sort();
    throw new RbacArgumentError(`--actions: there is no ${unknown.join(', ')}; known are ${names.join(', ')}.`);
  }
  const enabled = known.filter((action) => actions === undefined || actions.includes(action.name));
  const documents = namespaces.flatMap((namespace) =>
    kubernetesRole(
      enabled.flatMap((action) => action.allPermissions(namespace)),
      {
        namespace,
        name,
        serviceAccount: serviceAccount.name,
        serviceAccountNamespace: serviceAccount.namespace ?? namespace,
      }
    )
  );
  const head = `# Rights of the Causeway executor for: ${enabled.map((action) => action.name).join(', ')}\n`;
  return head + documents.map((document) => `---\n${stringify(document)}`).join('');
}

const OFFLINE = {
  send: () => Promise.reject(new Error('no cluster is asked')),
  close: () => Promise.resolve(),
};
