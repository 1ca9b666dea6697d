import {
  Client,
  credentials,
  type MethodDefinition,
  status as grpcStatus,
  type ClientReadableStream,
} from '@grpc/grpc-js';
import {
  loadProtocol,
  type WireContext,
  type WireHealth,
  type WireQueryRequest,
  type WireQueryResult,
  type WireResourcePart,
  type WireResourceRequest,
} from './plugin-protocol.ts';

const protocol = loadProtocol();
const CALL_DEADLINE_MS = 60_000;
const SHORT_DEADLINE_MS = 5000;
/** Largest message that a backend may answer with. */
const MAX_RECEIVE_BYTES = 256 * 1024 * 1024;

/** The calls that the host makes to a running backend. */
export interface BackendClient {
  queryData(request: WireQueryRequest): Promise<Readonly<Record<string, WireQueryResult>>>;
  checkHealth(pluginContext: WireContext): Promise<WireHealth>;
  collectMetrics(pluginContext: Pick<WireContext, 'pluginId'>): Promise<Buffer>;
  /** Answers in parts; cancel it with `.cancel()` when nobody reads any more. */
  callResource(request: WireResourceRequest): ClientReadableStream<WireResourcePart>;
  /** Whether the plugin reports that it serves. */
  isServing(): Promise<boolean>;
  /** Asks the plugin to end; it has two seconds for it. */
  shutdown(): Promise<void>;
  close(): void;
}

/** Connects to the address of a plugin's handshake and holds the streams open that go-plugin holds open. */
export function connectBackend(address: string): BackendClient {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': MAX_RECEIVE_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.default_authority': 'unused',
  });
  const broker = method('plugin.GRPCBroker', 'StartStream');
  const held = [
    client.makeBidiStreamRequest(broker.path, broker.requestSerialize, broker.responseDeserialize),
    openStream(client, method('plugin.GRPCStdio', 'StreamStdio'), {}),
  ];
  for (const stream of held) {
    // They break when the process ends, which the supervisor sees by itself.
    stream.on('error', () => undefined).resume();
  }
  const unary = <T>(definition: MethodDefinition<object, object>, request: object, deadlineMs = CALL_DEADLINE_MS) =>
    callUnary<T>(client, definition, request, deadlineMs);
  return {
    queryData: async (request) =>
      (await unary<{ responses: Record<string, WireQueryResult> }>(method('pluginv2.Data', 'QueryData'), request))
        .responses,
    checkHealth: (pluginContext) =>
      unary(method('pluginv2.Diagnostics', 'CheckHealth'), { pluginContext, headers: {} }),
    collectMetrics: async (pluginContext) => {
      const definition = method('pluginv2.Diagnostics', 'CollectMetrics');
      const answer = await unary<{ metrics: { prometheus: Buffer } | null }>(definition, { pluginContext });
      return answer.metrics?.prometheus ?? Buffer.alloc(0);
    },
    callResource: (request) =>
      openStream(
        client,
        method('pluginv2.Resource', 'CallResource'),
        request
      ) as ClientReadableStream<WireResourcePart>,
    isServing: async () => {
      const definition = method('grpc.health.v1.Health', 'Check');
      const answer = await unary<{ status: number }>(definition, { service: 'plugin' }, SHORT_DEADLINE_MS);
      return answer.status === 1;
    },
    shutdown: async () => {
      await unary(method('plugin.GRPCController', 'Shutdown'), {}, SHORT_DEADLINE_MS);
    },
    close: () => {
      for (const stream of held) {
        stream.cancel();
      }
      client.close();
    },
  };
}

/** Whether a call failed because the process is not there (any more). */
export function isUnavailable(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === grpcStatus.UNAVAILABLE;
}

function method(service: string, name: string): MethodDefinition<object, object> {
  const found = protocol[service]?.[name];
  if (!found) {
    throw new Error(`The protocol has no ${service}/${name}`);
  }
  return found;
}

function callUnary<T>(
  client: Client,
  definition: MethodDefinition<object, object>,
  request: object,
  deadlineMs: number
): Promise<T> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      definition.path,
      definition.requestSerialize,
      definition.responseDeserialize,
      request,
      { deadline: Date.now() + deadlineMs },
      (error, answer) => (error ? reject(error) : resolve(answer as T))
    );
  });
}

function openStream(
  client: Client,
  definition: MethodDefinition<object, object>,
  request: object
): ClientReadableStream<object> {
  return client.makeServerStreamRequest(
    definition.path,
    definition.requestSerialize,
    definition.responseDeserialize,
    request
  );
}
