import {
  status,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { encodeFrame } from '../frames/encode-frame.ts';
import { callSignal } from './call-signal.ts';
import { describeThrown, type Log } from './hclog.ts';
import type {
  CallResourceRequest,
  CallResourceResponse,
  CheckHealthRequest,
  QueryChunkedDataResponse,
  QueryDataRequest,
} from './messages.ts';
import type { PluginHandlers } from './plugin-handlers.ts';

/** Longest work on one call, real milliseconds. Alerting gives up after 30 s by itself. */
const LIMITS_MS = { checkHealth: 30_000, collectMetrics: 10_000, queryData: 60_000, callResource: 300_000 } as const;

/** Answers of the Live service: this datasource has no channel. */
const STREAM_NOT_FOUND = 1;
const STREAM_PERMISSION_DENIED = 2;

interface StatusParts {
  readonly code: status;
  readonly details: string;
}

/** What the services share. */
export interface ServiceContext {
  readonly handlers: PluginHandlers;
  readonly log: Log;
  readonly stopping: AbortSignal;
}

/** Diagnostics, data, resource and stream services of Grafana's protocol on top of the handlers. */
export function createPluginServices(
  context: ServiceContext
): Readonly<Record<'diagnostics' | 'data' | 'resource' | 'stream', UntypedServiceImplementation>> {
  const { handlers } = context;
  return {
    diagnostics: {
      CheckHealth: unary(context, 'checkHealth', (request: CheckHealthRequest, signal) =>
        handlers.checkHealth(request, signal)
      ),
      CollectMetrics: unary(context, 'collectMetrics', () => handlers.collectMetrics()),
    },
    data: {
      QueryData: unary(context, 'queryData', (request: QueryDataRequest, signal) =>
        handlers.queryData(request, signal)
      ),
      QueryChunkedData: streaming(context, 'queryData', async (request: QueryDataRequest, signal, send) => {
        const { responses } = await handlers.queryData(request, signal);
        for (const chunk of Object.entries(responses).flatMap(toChunks)) {
          await send(chunk);
        }
      }),
    },
    resource: {
      CallResource: streaming<CallResourceRequest, CallResourceResponse>(
        context,
        'callResource',
        (request, signal, send) => handlers.callResource(request, signal, send)
      ),
    },
    stream: {
      SubscribeStream: unary(context, 'collectMetrics', async () => ({ status: STREAM_NOT_FOUND })),
      PublishStream: unary(context, 'collectMetrics', async () => ({ status: STREAM_PERMISSION_DENIED })),
      RunStream: (call: ServerWritableStream<unknown, unknown>) =>
        failStream(call, { code: status.NOT_FOUND, details: 'There is no such channel.' }),
    },
  };
}

/** The host decodes the frame before it looks at the error, so an error carries a valid empty frame. */
function toChunks([refId, response]: readonly [
  string,
  {
    readonly frames: readonly Uint8Array[];
    readonly error: string;
    readonly status: number;
    readonly errorSource: string;
  },
]): readonly QueryChunkedDataResponse[] {
  const { error, errorSource } = response;
  const frames = response.frames.length > 0 ? response.frames : [encodeFrame({ refId, fields: [] })];
  return frames.map((frame, index) => ({
    refId,
    frameId: String(index),
    frame,
    error,
    status: response.status,
    errorSource,
  }));
}

function unary<Request, Response>(
  context: ServiceContext,
  name: keyof typeof LIMITS_MS,
  handle: (request: Request, signal: AbortSignal) => Promise<Response>
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const work = callSignal(call, LIMITS_MS[name], context.stopping);
    const answer = async (): Promise<void> => {
      try {
        callback(null, await handle(call.request, work.signal));
      } catch (error) {
        context.log('error', 'call failed', { call: name, error: describeThrown(error) });
        callback(toStatus(error));
      } finally {
        work.done();
      }
    };
    void answer();
  };
}

function streaming<Request, Part>(
  context: ServiceContext,
  name: keyof typeof LIMITS_MS,
  handle: (request: Request, signal: AbortSignal, send: (part: Part) => Promise<void>) => Promise<void>
): handleServerStreamingCall<Request, Part> {
  return (call) => {
    const work = callSignal(call, LIMITS_MS[name], context.stopping);
    const answer = async (): Promise<void> => {
      try {
        await handle(call.request, work.signal, (part) => writePart(call, part, work.signal));
        call.end();
      } catch (error) {
        const level = work.signal.aborted ? 'debug' : 'error';
        context.log(level, 'call failed', { call: name, error: describeThrown(error) });
        failStream(call, toStatus(error));
      } finally {
        work.done();
      }
    };
    void answer();
  };
}

/** Ends a stream with a status. `destroy` would close it without one and leave the caller waiting. */
function failStream<Request, Part>(call: ServerWritableStream<Request, Part>, failure: StatusParts): void {
  call.emit('error', failure);
}

async function writePart<Part>(
  call: ServerWritableStream<unknown, Part>,
  part: Part,
  signal: AbortSignal
): Promise<void> {
  signal.throwIfAborted();
  if (call.write(part)) {
    return;
  }
  await new Promise<void>((resolve) => {
    const go = (): void => {
      call.off('drain', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    call.once('drain', go);
    signal.addEventListener('abort', go, { once: true });
  });
}

function toStatus(error: unknown): StatusParts {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return { code: status.DEADLINE_EXCEEDED, details: 'The deadline of the call passed.' };
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { code: status.CANCELLED, details: 'The call was cancelled.' };
  }
  return { code: status.INTERNAL, details: 'The backend failed on this call; its log has the reason.' };
}
