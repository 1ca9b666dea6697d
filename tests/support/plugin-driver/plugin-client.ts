import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  type MethodDefinition,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadPluginServices } from '#backend';
import { type DecodedFrame, decodeFrame } from './decode-frame.ts';
import type { PluginProcess } from './start-plugin.ts';

/** Settings that go with every call. */
export interface PluginSettings {
  readonly jsonData: object;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly lastUpdatedMS?: number;
  /** Role of who calls; an administrator when missing. */
  readonly role?: string;
}

/** One query of a QueryData call. */
export interface DriverQuery {
  readonly refId: string;
  readonly json: object;
  readonly fromMs: number;
  readonly toMs: number;
  readonly maxDataPoints?: number;
}

/** One answer of a QueryData call, frames decoded. */
export interface DriverResponse {
  readonly frames: readonly DecodedFrame[];
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
}

/** A resource call under way. */
export interface ResourceStream {
  readonly messages: AsyncIterable<{
    readonly code: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  }>;
  cancel(): void;
}

/** Typed calls to a plugin, with Grafana's channel options. */
export interface PluginClient {
  health(): Promise<number>;
  checkHealth(
    settings?: PluginSettings
  ): Promise<{ readonly status: number; readonly message: string; readonly details: any }>;
  collectMetrics(): Promise<string>;
  queryData(
    settings: PluginSettings | undefined,
    queries: readonly DriverQuery[],
    options?: { readonly headers?: Readonly<Record<string, string>>; readonly deadlineMs?: number }
  ): Promise<Readonly<Record<string, DriverResponse>>>;
  callResource(
    settings: PluginSettings | undefined,
    call: { readonly method?: string; readonly path: string; readonly query?: string; readonly body?: string | Buffer }
  ): ResourceStream;
  /** The whole answer of a resource. */
  fetchResource(
    settings: PluginSettings | undefined,
    call: { readonly method?: string; readonly path: string; readonly query?: string; readonly body?: string | Buffer }
  ): Promise<{
    readonly code: number;
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly messages: number;
  }>;
  queryChunked(settings: PluginSettings, queries: readonly DriverQuery[]): Promise<readonly any[]>;
  unary(service: keyof ReturnType<typeof loadPluginServices>, method: string, request: object): Promise<any>;
  /** Every message of a server stream. */
  collect(
    service: keyof ReturnType<typeof loadPluginServices>,
    method: string,
    request: object
  ): Promise<readonly any[]>;
  /** Asks the plugin to stop, as Grafana does. */
  shutdown(): Promise<void>;
  close(): void;
}

/** Connects as Grafana does: plaintext, authority `unused`, broker and stdio streams opened at once. */
export function connectPlugin(plugin: Pick<PluginProcess, 'target'>): PluginClient {
  const services = loadPluginServices();
  const client = new Client(plugin.target, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.default_authority': 'unused',
  });
  const call = (service: ServiceDefinition, name: string): MethodDefinition<any, any> => service[name]!;
  const unary = (service: ServiceDefinition, name: string, request: object, deadlineMs?: number): Promise<any> =>
    new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = call(service, name);
      const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, options, (error, value) =>
        error ? reject(error) : resolve(value)
      );
    });
  const stream = (service: ServiceDefinition, name: string, request: object): ClientReadableStream<any> => {
    const { path, requestSerialize, responseDeserialize } = call(service, name);
    return client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, {});
  };
  const broker = call(services.broker, 'StartStream');
  const held: (ClientReadableStream<any> | ClientDuplexStream<any, any>)[] = [
    client.makeBidiStreamRequest(broker.path, broker.requestSerialize, broker.responseDeserialize, {}),
    stream(services.stdio, 'StreamStdio', {}),
  ];
  for (const opened of held) {
    opened.on('error', () => undefined);
    opened.resume();
  }
  const callResource: PluginClient['callResource'] = (settings, { method = 'GET', path, query, body = '' }) => {
    const opened = stream(services.resource, 'CallResource', {
      pluginContext: toContext(settings),
      path,
      method,
      url: query ? `${path}?${query}` : path,
      headers: { Accept: { values: ['application/json'] } },
      body: Buffer.from(body),
    });
    return { messages: readMessages(opened), cancel: () => opened.cancel() };
  };
  return {
    health: async () => (await unary(services.health, 'Check', { service: 'plugin' })).status,
    checkHealth: async (settings) => {
      const answer = await unary(services.diagnostics, 'CheckHealth', { pluginContext: toContext(settings) });
      return {
        status: answer.status,
        message: answer.message,
        details: JSON.parse(answer.jsonDetails.toString() || '{}'),
      };
    },
    collectMetrics: async () => {
      const answer = await unary(services.diagnostics, 'CollectMetrics', { pluginContext: { pluginId: PLUGIN_ID } });
      return answer.metrics.prometheus.toString();
    },
    queryData: async (settings, queries, { headers = {}, deadlineMs } = {}) => {
      const request = { pluginContext: toContext(settings), headers, queries: queries.map(toQuery) };
      const { responses } = await unary(services.data, 'QueryData', request, deadlineMs);
      return Object.fromEntries(
        Object.entries<any>(responses).map(([refId, { frames, error, status, errorSource }]) => [
          refId,
          { frames: frames.map(decodeFrame), error, status, errorSource },
        ])
      );
    },
    callResource,
    fetchResource: async (settings, request) => {
      const messages = [];
      for await (const message of callResource(settings, request).messages) {
        messages.push(message);
      }
      const [first] = messages;
      return {
        code: first?.code ?? 0,
        headers: first?.headers ?? {},
        body: messages.map(({ body }) => body).join(''),
        messages: messages.length,
      };
    },
    queryChunked: (settings, queries) =>
      collect(stream(services.data, 'QueryChunkedData', toRequest(settings, queries))),
    unary: (service, method, request) => unary(services[service], method, request),
    collect: (service, method, request) => collect(stream(services[service], method, request)),
    shutdown: async () => {
      await unary(services.controller, 'Shutdown', {});
    },
    close: () => {
      held.forEach((opened) => opened.cancel());
      client.close();
    },
  };
}

const PLUGIN_ID = 'causeway-aiops-datasource';

function toContext(settings: PluginSettings | undefined): object {
  const { jsonData = {}, secrets = {}, uid = 'causeway', lastUpdatedMS = 1, role = 'Admin' } = settings ?? {};
  return {
    orgId: 1,
    pluginId: PLUGIN_ID,
    pluginVersion: '0.1.0',
    userAgent: 'Grafana/13.2.2 (linux; amd64)',
    namespace: 'default',
    user: { login: 'admin', name: 'Admin', email: '', role },
    ...(settings
      ? {
          dataSourceInstanceSettings: {
            id: 1,
            uid,
            name: 'Causeway',
            jsonData: Buffer.from(JSON.stringify(jsonData)),
            decryptedSecureJsonData: secrets,
            lastUpdatedMS,
          },
        }
      : {}),
  };
}

function toRequest(settings: PluginSettings, queries: readonly DriverQuery[]): object {
  return { pluginContext: toContext(settings), headers: {}, queries: queries.map(toQuery) };
}

async function collect(opened: ClientReadableStream<any>): Promise<readonly any[]> {
  const messages: any[] = [];
  for await (const message of opened) {
    messages.push(message);
  }
  return messages;
}

function toQuery({ refId, json, fromMs, toMs, maxDataPoints = 1000 }: DriverQuery): object {
  return {
    refId,
    maxDataPoints,
    intervalMS: 15_000,
    timeRange: { fromEpochMS: fromMs, toEpochMS: toMs },
    json: Buffer.from(JSON.stringify({ refId, datasource: { uid: 'causeway' }, ...json })),
  };
}

async function* readMessages(opened: ClientReadableStream<any>) {
  for await (const message of opened) {
    const { code, headers, body } = message as {
      code: number;
      headers: Record<string, { values: string[] }>;
      body: Buffer;
    };
    yield {
      code,
      headers: Object.fromEntries(Object.entries(headers).map(([name, list]) => [name, list.values.join(', ')])),
      body: body.toString('utf8'),
    };
  }
}
