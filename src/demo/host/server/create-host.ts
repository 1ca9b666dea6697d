import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { findExecutable, superviseBackend, toBackendEnvironment } from './backend-process.ts';
import type { HostConfig } from './config.ts';
import { HostError } from './errors.ts';
import {
  CAUSEWAY_DATASOURCE_ID,
  CAUSEWAY_UID,
  type HostState,
  provisionDatasources,
  provisionSettings,
} from './host-state.ts';
import { guardOrigin, openExchange, sendError } from './http.ts';
import { createIdentitySigner } from './identity.ts';
import { findApp, readCatalog } from './plugin-catalog.ts';
import { toPluginContext } from './plugin-context.ts';
import { dispatch } from './routes.ts';

const REQUEST_TIMEOUT_MS = 120_000;
const MAX_HEADER_BYTES = 32 * 1024;

/** A running host: its HTTP server and the backend it started. */
export interface Host {
  readonly port: number;
  readonly state: HostState;
  /** Ends the backend and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Starts the backend as Grafana does and serves the page, on the loopback address only.
 * @param log receives a line whenever something is worth telling
 * @throws HostError when the build is incomplete; the system's error when the port cannot be used
 */
export async function createHost(config: HostConfig, log: (line: string) => void): Promise<Host> {
  const state = await createState(config, log);
  try {
    const server = await listen(state);
    const stop = async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
      await state.backend.stop();
    };
    return { port: state.port, state, stop };
  } catch (error) {
    await state.backend.stop();
    throw error;
  }
}

async function createState(config: HostConfig, log: (line: string) => void): Promise<HostState> {
  const catalog = readCatalog(config.pluginDist);
  const app = findApp(catalog);
  const datasourcePlugin = catalog.get(CAUSEWAY_DATASOURCE_ID);
  if (!datasourcePlugin?.json.executable) {
    throw new HostError('CAUSEWAY_HOST_CONFIG', 'The build folder holds no datasource with a backend');
  }
  const executable = findExecutable(datasourcePlugin.folder, datasourcePlugin.json.executable);
  const signer = await createIdentitySigner(() => `http://127.0.0.1:${state.port}/`);
  const backend = superviseBackend({
    executable,
    environment: toBackendEnvironment(process.env, {
      socketFolder: config.stateFolder,
      clockUrl: `${config.worldUrl}/shop/v1/clock`,
      nodeFolder: path.dirname(process.execPath),
    }),
    onLog: (line) => log(`backend: ${line}`),
    onReady: () => void introduceSettings(state, log),
  });
  const state: HostState = {
    config,
    catalog,
    app,
    datasources: provisionDatasources(config),
    settings: provisionSettings(config, app.json.id, Date.now()),
    annotations: [],
    missingIcons: new Set(),
    signer,
    backend,
    port: config.port,
  };
  return state;
}

/**
 * A backend learns its settings from the first call. In Grafana the provisioned alert rules make that call within a minute;
 * here it is a health check, so that the watch begins at once, also after a restart.
 */
async function introduceSettings(state: HostState, log: (line: string) => void): Promise<void> {
  const datasource = state.datasources.find((item) => item.uid === CAUSEWAY_UID);
  if (!datasource) {
    return;
  }
  try {
    await state.backend.client().checkHealth(toPluginContext(state, datasource));
  } catch (error) {
    log(`host: the first health check failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function listen(state: HostState): Promise<Server> {
  const options = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS };
  const server = createServer(options, (request, response) => {
    const answer = async (): Promise<void> => {
      guardOrigin(request, state.port);
      await dispatch(state, openExchange(request, response));
    };
    answer().catch((error: unknown) => sendError(response, error));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(state.config.port, '127.0.0.1', () => {
      const address = server.address();
      state.port = typeof address === 'object' && address ? address.port : state.config.port;
      resolve(server);
    });
  });
}
