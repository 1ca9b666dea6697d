import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { HostError } from './errors.ts';

const environmentSchema = z.object({
  CAUSEWAY_HOST_PORT: z.coerce.number().int().min(0).max(65_535).default(3300),
  CAUSEWAY_WORLD_URL: z.url({ protocol: /^http$/ }),
  CAUSEWAY_EXECUTOR_URL: z.url({ protocol: /^http$/ }),
  CAUSEWAY_PLUGIN_DIST: z.string().min(1),
  CAUSEWAY_HOST_PAGE: z.string().min(1),
  CAUSEWAY_STATE_DIR: z.string().min(1),
  CAUSEWAY_PROXY_TOKEN_FILE: z.string().min(1),
  CAUSEWAY_ALERT_TOKEN_FILE: z.string().min(1).optional(),
  CAUSEWAY_BACKEND_SIGNING_KEY_FILE: z.string().min(1),
});

/** Settings of the host's server. Addresses carry no trailing slash. */
export interface HostConfig {
  /** Port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  readonly worldUrl: string;
  readonly executorUrl: string;
  /** Folder of the built app plugin. */
  readonly pluginDist: string;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** Private folder for the backend's socket. */
  readonly stateFolder: string;
  /** Bearer that the app's proxy routes send to the executor. */
  readonly proxyToken: string;
  /** Bearer with which the stand-in for an alertmanager tells the executor of alerts; missing: it tells of none. */
  readonly alertToken?: string | undefined;
  /** Ed25519 private key (PKCS #8 PEM) with which the backend signs its calls to the executor. */
  readonly backendSigningKey: string;
}

/**
 * Reads the settings from the environment.
 * @throws HostError naming the variable that is missing or wrong
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): HostConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HostError(
      'CAUSEWAY_HOST_CONFIG',
      `${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'wrong'}`
    );
  }
  const { data } = parsed;
  return {
    port: data.CAUSEWAY_HOST_PORT,
    worldUrl: data.CAUSEWAY_WORLD_URL.replace(/\/+$/, ''),
    executorUrl: data.CAUSEWAY_EXECUTOR_URL.replace(/\/+$/, ''),
    pluginDist: data.CAUSEWAY_PLUGIN_DIST,
    pageFolder: data.CAUSEWAY_HOST_PAGE,
    stateFolder: data.CAUSEWAY_STATE_DIR,
    proxyToken: readFileSync(data.CAUSEWAY_PROXY_TOKEN_FILE, 'utf8').trim(),
    alertToken: data.CAUSEWAY_ALERT_TOKEN_FILE && readFileSync(data.CAUSEWAY_ALERT_TOKEN_FILE, 'utf8').trim(),
    backendSigningKey: readFileSync(data.CAUSEWAY_BACKEND_SIGNING_KEY_FILE, 'utf8'),
  };
}
