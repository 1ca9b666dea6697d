import { fromJSON } from '@grpc/proto-loader';
import type { MethodDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

/**
 * The host's own statement of Grafana's plugin protocol (version 2) and of go-plugin's services. Service paths, method
 * names, field numbers and types are fixed by the wire; the names of the messages are not.
 */
const PROTOS = [
  `syntax = "proto3"; package pluginv2;
  message User { string login = 1; string name = 2; string email = 3; string role = 4; }
  message DataSourceSettings {
    int64 id = 1; string name = 2; string url = 3; bytes jsonData = 8; map<string, string> decryptedSecureJsonData = 9;
    int64 lastUpdatedMS = 10; string uid = 11;
  }
  message PluginContext {
    int64 orgId = 1; string pluginId = 2; User user = 3; DataSourceSettings dataSourceInstanceSettings = 5;
    map<string, string> grafanaConfig = 6; string pluginVersion = 7; string userAgent = 8; string namespace = 10;
  }
  message TimeRange { int64 fromEpochMS = 1; int64 toEpochMS = 2; }
  message Query {
    string refId = 1; int64 maxDataPoints = 2; int64 intervalMS = 3; TimeRange timeRange = 4; bytes json = 5;
    string queryType = 6;
  }
  message QueryRequest {
    PluginContext pluginContext = 1; map<string, string> headers = 2; repeated Query queries = 3; int32 format = 4;
  }
  message QueryResult { repeated bytes frames = 1; string error = 2; bytes jsonMeta = 3; int32 status = 4; string errorSource = 5; }
  message QueryAnswer { map<string, QueryResult> responses = 1; }
  service Data { rpc QueryData(QueryRequest) returns (QueryAnswer); }
  message HealthRequest { PluginContext pluginContext = 1; map<string, string> headers = 2; }
  message HealthAnswer { int32 status = 1; string message = 2; bytes jsonDetails = 3; }
  message MetricsRequest { PluginContext pluginContext = 1; }
  message Exposition { bytes prometheus = 1; }
  message MetricsAnswer { Exposition metrics = 1; }
  service Diagnostics {
    rpc CheckHealth(HealthRequest) returns (HealthAnswer);
    rpc CollectMetrics(MetricsRequest) returns (MetricsAnswer);
  }
  message StringList { repeated string values = 1; }
  message ResourceRequest {
    PluginContext pluginContext = 1; string path = 2; string method = 3; string url = 4; map<string, StringList> headers = 5;
    bytes body = 6;
  }
  message ResourcePart { int32 code = 1; map<string, StringList> headers = 2; bytes body = 3; }
  service Resource { rpc CallResource(ResourceRequest) returns (stream ResourcePart); }`,
  `syntax = "proto3"; package plugin;
  message Nothing {}
  service GRPCController { rpc Shutdown(Nothing) returns (Nothing); }
  service GRPCBroker { rpc StartStream(stream Nothing) returns (stream Nothing); }
  service GRPCStdio { rpc StreamStdio(Nothing) returns (stream Nothing); }`,
  `syntax = "proto3"; package grpc.health.v1;
  message HealthCheckRequest { string service = 1; }
  message HealthCheckResponse { int32 status = 1; }
  service Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse); }`,
];

/** Person who asks, as the backend sees it. */
export interface WireUser {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

/** Context of every call: who asks, and the settings of the datasource, already decrypted. */
export interface WireContext {
  readonly orgId: number;
  readonly pluginId: string;
  readonly pluginVersion: string;
  readonly user?: WireUser;
  readonly dataSourceInstanceSettings?: {
    readonly id: number;
    readonly uid: string;
    readonly name: string;
    readonly url: string;
    readonly jsonData: Buffer;
    readonly decryptedSecureJsonData: Readonly<Record<string, string>>;
    readonly lastUpdatedMS: number;
  };
  readonly grafanaConfig: Readonly<Record<string, string>>;
  readonly userAgent: string;
  readonly namespace: string;
}

export interface WireQueryRequest {
  readonly pluginContext: WireContext;
  readonly headers: Readonly<Record<string, string>>;
  readonly queries: readonly {
    readonly refId: string;
    readonly maxDataPoints: number;
    readonly intervalMS: number;
    readonly timeRange: { readonly fromEpochMS: number; readonly toEpochMS: number };
    readonly json: Buffer;
    readonly queryType: string;
  }[];
  /** 0 is Arrow. */
  readonly format: 0;
}

export interface WireQueryResult {
  readonly frames: readonly Buffer[];
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
}

export interface WireHealth {
  /** 0 unknown, 1 OK, 2 error. */
  readonly status: number;
  readonly message: string;
  readonly jsonDetails: Buffer;
}

export interface WireResourceRequest {
  readonly pluginContext: WireContext;
  readonly path: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, { readonly values: readonly string[] }>>;
  readonly body: Buffer;
}

/** One part of a resource's answer; code and headers count in the first part only. */
export interface WireResourcePart {
  readonly code: number;
  readonly headers: Readonly<Record<string, { readonly values: readonly string[] }>>;
  readonly body: Buffer;
}

type Methods = Readonly<Record<string, MethodDefinition<object, object>>>;

/** The services by full name, ready for grpc-js. Unset messages arrive as null, bytes as Buffer, 64-bit as number. */
export function loadProtocol(): Readonly<Record<string, Methods>> {
  const root = new protobuf.Root();
  for (const text of PROTOS) {
    protobuf.parse(text, root, { keepCase: true });
  }
  const options = { keepCase: true, longs: Number, defaults: true };
  return fromJSON(root.toJSON() as Parameters<typeof fromJSON>[0], options) as unknown as Readonly<
    Record<string, Methods>
  >;
}
