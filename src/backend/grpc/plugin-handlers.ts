import type {
  CallResourceRequest,
  CallResourceResponse,
  CheckHealthRequest,
  CheckHealthResponse,
  CollectMetricsResponse,
  QueryDataRequest,
  QueryDataResponse,
} from './messages.ts';

/**
 * What the process answers, without gRPC. Every signal aborts on cancel, deadline and stop.
 * A rejection becomes a gRPC status and fails the whole call; known troubles belong into the answers instead.
 */
export interface PluginHandlers {
  checkHealth(request: CheckHealthRequest, signal: AbortSignal): Promise<CheckHealthResponse>;
  collectMetrics(): Promise<CollectMetricsResponse>;
  queryData(request: QueryDataRequest, signal: AbortSignal): Promise<QueryDataResponse>;
  /** Must send at least one message, the first with a code of at least 100. `send` resolves when there is room for more. */
  callResource(
    request: CallResourceRequest,
    signal: AbortSignal,
    send: (part: CallResourceResponse) => Promise<void>
  ): Promise<void>;
  /** Called once before the process ends; at most a second is waited for. */
  close(): Promise<void>;
}
