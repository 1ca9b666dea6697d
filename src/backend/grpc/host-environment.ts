/** What the process learns from its environment about how it was started. */
export type HostEnvironment =
  | { readonly kind: 'child'; readonly socketFolder: string | undefined }
  | { readonly kind: 'standalone'; readonly listen: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Oldest supported major version of Node. */
export const MINIMUM_NODE_MAJOR = 24;
/** Application protocol of Grafana's plugins that this process speaks. */
export const APP_PROTOCOL_VERSION = 2;

const COOKIE = 'grafana_plugin_type';

/**
 * Decides how the process serves: as a child of Grafana (magic cookie present), standalone on `CAUSEWAY_GRPC_LISTEN`, or
 * not at all, with one sentence that says what to do.
 */
export function readHostEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  nodeVersion: string = process.version
): HostEnvironment {
  const major = Number(/^v?(\d+)\./.exec(nodeVersion)?.[1] ?? 0);
  if (major < MINIMUM_NODE_MAJOR) {
    const reason = `Causeway's backend needs Node ${MINIMUM_NODE_MAJOR} or newer and was started with ${nodeVersion}. Install it as /usr/bin/node, or run the backend as a sidecar.`;
    return { kind: 'refused', reason };
  }
  const listen = env['CAUSEWAY_GRPC_LISTEN'];
  if (listen) {
    return /^.+:\d{1,5}$/.test(listen)
      ? { kind: 'standalone', listen }
      : {
          kind: 'refused',
          reason: `CAUSEWAY_GRPC_LISTEN is "${listen}"; give host:port, for example 127.0.0.1:50051.`,
        };
  }
  if (env[COOKIE] !== 'datasource') {
    const reason =
      'This is the backend of a Grafana plugin; Grafana starts it. To run it alone, set CAUSEWAY_GRPC_LISTEN=host:port.';
    return { kind: 'refused', reason };
  }
  const offered = (env['PLUGIN_PROTOCOL_VERSIONS'] ?? String(APP_PROTOCOL_VERSION)).split(',').map(Number);
  if (!offered.includes(APP_PROTOCOL_VERSION)) {
    return {
      kind: 'refused',
      reason: `The host offers plugin protocols ${offered.join(', ')}; this backend speaks 2.`,
    };
  }
  return { kind: 'child', socketFolder: env['PLUGIN_UNIX_SOCKET_DIR'] || undefined };
}
