/** The messages of the wire contracts as the decoder yields them (`defaults: true`, 64-bit integers as numbers). */

export interface DataSourceInstanceSettings {
  readonly uid: string;
  readonly name: string;
  readonly jsonData: Buffer;
  readonly decryptedSecureJsonData: Readonly<Record<string, string>>;
  readonly lastUpdatedMS: number;
}

/** Who asks, and with which settings. Comes with every call; parts are null in calls that Grafana makes itself. */
export interface PluginContext {
  readonly orgId: number;
  readonly pluginId: string;
  readonly user: { readonly login: string; readonly role: string } | null;
  readonly dataSourceInstanceSettings: DataSourceInstanceSettings | null;
  readonly namespace: string;
  readonly userAgent: string;
}

export interface CheckHealthRequest {
  readonly pluginContext: PluginContext | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Values of `CheckHealthResponse.status`. */
export const HEALTH_STATUS = { unknown: 0, ok: 1, error: 2 } as const;

export interface CheckHealthResponse {
  readonly status: (typeof HEALTH_STATUS)[keyof typeof HEALTH_STATUS];
  readonly message: string;
  readonly jsonDetails: Buffer;
}

export interface CollectMetricsResponse {
  readonly metrics: { readonly prometheus: Buffer };
}

export interface DataQuery {
  readonly refId: string;
  readonly maxDataPoints: number;
  readonly intervalMS: number;
  readonly timeRange: { readonly fromEpochMS: number; readonly toEpochMS: number } | null;
  /** The whole query as saved. */
  readonly json: Buffer;
  readonly queryType: string;
}

export interface QueryDataRequest {
  readonly pluginContext: PluginContext | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly queries: readonly DataQuery[];
}

/** `status` is an HTTP status and always set: 0 would mean unknown. `frames` are Arrow IPC files. */
export interface DataResponse {
  readonly frames: readonly Uint8Array[];
  readonly error: string;
  readonly status: number;
  readonly errorSource: '' | 'plugin' | 'downstream';
}

export interface QueryDataResponse {
  readonly responses: Readonly<Record<string, DataResponse>>;
}

export interface QueryChunkedDataResponse {
  readonly refId: string;
  readonly frameId: string;
  readonly frame: Uint8Array;
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
}

export type HeaderLists = Readonly<Record<string, { readonly values: readonly string[] }>>;

export interface CallResourceRequest {
  readonly pluginContext: PluginContext | null;
  readonly path: string;
  readonly method: string;
  /** Path relative to `/resources/` with the query string. */
  readonly url: string;
  readonly headers: HeaderLists;
  readonly body: Buffer;
}

/** Code and headers count in the first message only; the code must be at least 100, or the host panics. */
export interface CallResourceResponse {
  readonly code?: number;
  readonly headers?: HeaderLists;
  readonly body: Uint8Array;
}
