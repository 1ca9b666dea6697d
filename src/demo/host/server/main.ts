import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { findExecutable, superviseBackend, toBackendEnvironment } from './backend-process.ts';
import { readConfig } from './config.ts';
import { HostError } from './errors.ts';
import { guardOrigin, openExchange, sendError } from './http.ts';
import {
  CAUSEWAY_DATASOURCE_ID,
  CAUSEWAY_UID,
  type HostState,
  provisionDatasources,
  provisionSettings,
} from './host-state.ts';
import { createIdentitySigner } from './identity.ts';
import { findApp, readCatalog } from './plugin-catalog.ts';
import { toPluginContext } from './plugin-context.ts';
import { dispatch } from './routes.ts';

const REQUEST_TIMEOUT_MS = 120_000;
const MAX_HEADER_BYTES = 32 * 1024;

async function createState(): Promise<HostState> {
  const config = readConfig(process.env);
  const catalog = readCatalog(config.pluginDist);
  const app = findApp(catalog);
  const datasourcePlugin = catalog.get(CAUSEWAY_DATASOURCE_ID);
  if (!datasourcePlugin?.json.executable) {
    throw new HostError('CAUSEWAY_HOST_CONFIG', 'The build folder holds no datasource with a backend');
  }
  const datasources = provisionDatasources(config);
  const backend = superviseBackend({
    executable: findExecutable(datasourcePlugin.folder, datasourcePlugin.json.executable),
    environment: toBackendEnvironment(process.env, {
      socketFolder: config.stateFolder,
      clockUrl: `${config.worldUrl}/shop/v1/clock`,
      nodeFolder: path.dirname(process.execPath),
    }),
    onLog: (line) => process.stderr.write(`backend: ${line}\n`),
    onReady: () => void introduceSettings(state),
  });
  const state: HostState = {
    config,
    catalog,
    app,
    datasources,
    settings: provisionSettings(config, app.json.id, Date.now()),
    annotations: [],
    missingIcons: new Set(),
    signer: await createIdentitySigner(() => `http://127.0.0.1:${state.port}/`),
    backend,
    port: config.port,
  };
  return state;
}

/**
 * A backend learns its settings from the first call. In Grafana the provisioned alert rules make that call within a minute;
 * here it is a health check, so that the watch begins at once, also after a restart.
 */
async function introduceSettings(state: HostState): Promise<void> {
  const datasource = state.datasources.find((item) => item.uid === CAUSEWAY_UID);
  if (!datasource) {
    return;
  }
  try {
    await state.backend.client().checkHealth(toPluginContext(state, datasource));
  } catch (error) {
    process.stderr.write(
      `host: the first health check failed: ${error instanceof Error ? error.message : String(error)}\n`
    );
  }
}

function listen(state: HostState): Promise<Server> {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const answer = async (): Promise<void> => {
        guardOrigin(request, state.port);
        await dispatch(state, openExchange(request, response));
      };
      answer().catch((error: unknown) => sendError(response, error));
    }
  );
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(state.config.port, '127.0.0.1', () => {
      const address = server.address();
      state.port = typeof address === 'object' && address ? address.port : state.config.port;
      resolve(server);
    });
  });
}

async function main(): Promise<void> {
  const state = await createState();
  const server = await listen(state);
  process.stdout.write(`${JSON.stringify({ event: 'listening', port: state.port })}\n`);
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await state.backend.stop();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  // Without its parent nobody would stop this process.
  process.once('disconnect', () => void stop());
}

main().catch((error: unknown) => {
  const text = error instanceof HostError ? `${error.code}: ${error.message}. ${error.toBody().error}` : String(error);
  process.stderr.write(`host: ${text}\n`);
  process.exit(1);
});
