import { KubeConfig } from '@kubernetes/client-node';
import { ConfigError } from '../../config.ts';

/** Where the address and the credential of a cluster come from. */
export type KubeconfigSource =
  | { readonly kind: 'in-cluster' }
  | { readonly kind: 'file'; readonly file: string; /** The current one when missing. */ readonly context?: string };

const SETTING = 'CAUSEWAY_KUBECONFIG';

/**
 * Reads the credential of one cluster from exactly the given place; nothing is looked for in the environment or at home.
 * Refused: users whose credential comes from a program or a provider (`exec`, `auth-provider`: they run commands), that act
 * as somebody else, servers without TLS or with unchecked certificates.
 * @throws ConfigError without any value of the file in its message
 */
export function loadKubeconfig(source: KubeconfigSource): KubeConfig {
  const config = new KubeConfig();
  if (source.kind === 'in-cluster') {
    if (!process.env['KUBERNETES_SERVICE_HOST']) {
      throw new ConfigError(SETTING, 'is in-cluster outside of a cluster', 'Set it to the path of a kubeconfig file.');
    }
    config.loadFromCluster();
  } else {
    readFile(config, source.file);
    if (source.context !== undefined) {
      config.setCurrentContext(source.context);
    }
    requireSafeUser(config);
  }
  requireSafeServer(config);
  return config;
}

function readFile(config: KubeConfig, file: string): void {
  try {
    config.loadFromFile(file);
  } catch {
    // The cause is left out: a parser quotes the text around an error, and that text holds tokens.
    throw new ConfigError(SETTING, 'cannot be read as a kubeconfig', 'Check path, permissions and syntax of the file.');
  }
}

function requireSafeUser(config: KubeConfig): void {
  const user = config.getCurrentUser();
  if (!user) {
    throw new ConfigError(SETTING, 'has no user in the context', 'Name a context with a cluster and a user.');
  }
  const remedy = 'Use a token or a client certificate of a service account of its own.';
  if (user.exec) {
    throw new ConfigError(SETTING, 'has a user with an exec plugin', remedy);
  }
  if (user.authProvider) {
    throw new ConfigError(SETTING, 'has a user with an auth-provider', remedy);
  }
  if (user.impersonateUser) {
    throw new ConfigError(SETTING, 'acts as another user', remedy);
  }
}

function requireSafeServer(config: KubeConfig): void {
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    throw new ConfigError(SETTING, 'has no cluster in the context', 'Name a context with a cluster and a user.');
  }
  if (cluster.skipTLSVerify || process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new ConfigError(SETTING, 'does not check certificates', 'Give certificate-authority instead.');
  }
  if (!URL.canParse(cluster.server) || new URL(cluster.server).protocol !== 'https:') {
    throw new ConfigError(SETTING, 'has a server without TLS', 'Give the https address of the API server.');
  }
}
