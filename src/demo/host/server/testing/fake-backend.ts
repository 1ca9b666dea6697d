/**
 * A small plugin that speaks Grafana's protocol, for tests of the host: answers every query with one frame, streams a
 * resource in parts, and logs what it is told. Start it through a launcher file, as an executable without extension.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import {
  Float64,
  makeData,
  Field,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampNanosecond,
} from 'apache-arrow';
import { loadProtocol } from '../plugin-protocol.ts';

if (process.env.grafana_plugin_type !== 'datasource') {
  process.stderr.write('This is a plugin\n');
  process.exit(1);
}
const folder = process.env.PLUGIN_UNIX_SOCKET_DIR ?? '/tmp';
const note = (line: string): void => appendFileSync(path.join(folder, 'fake-backend.log'), `${line}\n`);
note(`environment ${Object.keys(process.env).sort().join(' ')}`);

function frame(fromMs: number): Buffer {
  const schema = new Schema(
    [
      new Field('time', new TimestampNanosecond(), false),
      new Field('value', new Float64(), true, new Map([['labels', '{"service":"payment"}']])),
    ],
    new Map([['name', 'fake']])
  );
  const times = BigInt64Array.from([BigInt(fromMs) * 1_000_000n, BigInt(fromMs + 15_000) * 1_000_000n]);
  const children = [
    makeData({ type: new TimestampNanosecond(), length: 2, nullCount: 0, data: times }),
    makeData({ type: new Float64(), length: 2, nullCount: 0, data: Float64Array.from([0.5, Number.NaN]) }),
  ];
  const batch = new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: 2, nullCount: 0, children })
  );
  const writer = new RecordBatchFileWriter();
  writer.write(batch);
  writer.finish();
  return Buffer.from(writer.toUint8Array(true));
}

interface FakeRequest {
  readonly path: string;
  readonly method: string;
  readonly url: string;
  readonly body: Buffer;
  readonly pluginContext: { readonly user: { readonly login: string } | null };
  readonly queries: readonly {
    readonly refId: string;
    readonly queryType: string;
    readonly timeRange: { readonly fromEpochMS: number };
  }[];
}
interface Call {
  readonly request: FakeRequest;
  on(event: string, listen: () => void): void;
}
type Reply = (error: null, answer: object) => void;

const handlers: Readonly<Record<string, UntypedServiceImplementation>> = {
  'grpc.health.v1.Health': { Check: (_: Call, reply: Reply) => reply(null, { status: 1 }) },
  'plugin.GRPCBroker': { StartStream: () => undefined },
  'plugin.GRPCStdio': { StreamStdio: () => undefined },
  'plugin.GRPCController': {
    Shutdown: (_: Call, reply: Reply) => {
      note('shutdown');
      reply(null, {});
      setTimeout(() => process.exit(0), 20);
    },
  },
  'pluginv2.Diagnostics': {
    CheckHealth: ({ request }: Call, reply: Reply) => {
      note(`health for ${request.pluginContext.user?.login ?? 'nobody'}`);
      reply(null, { status: 1, message: 'fine', jsonDetails: Buffer.from('{"ready":true}') });
    },
    CollectMetrics: (_: Call, reply: Reply) => reply(null, { metrics: { prometheus: Buffer.from('fake_up 1\n') } }),
  },
  'pluginv2.Data': {
    QueryData: ({ request }: Call, reply: Reply) => {
      const responses = Object.fromEntries(
        request.queries.map((query) => [
          query.refId,
          query.queryType === 'fail'
            ? { frames: [], error: 'no such service', status: 400, errorSource: 'plugin' }
            : { frames: [frame(query.timeRange.fromEpochMS)], status: 200 },
        ])
      );
      reply(null, { responses });
    },
  },
  'pluginv2.Resource': {
    CallResource: (call: Call & { write(part: object): void; end(): void }) => {
      const { path: asked, method, url, body, pluginContext } = call.request;
      if (asked === 'crash') {
        process.exit(7);
      }
      if (asked === 'endless') {
        call.on('cancelled', () => note('cancelled'));
        call.write({ code: 200, headers: {}, body: Buffer.from('{"line":1}\n') });
        return;
      }
      const seen = { method, url, body: body.toString(), user: pluginContext.user?.login };
      call.write({
        code: 201,
        headers: { 'Content-Type': { values: ['application/x-ndjson'] }, 'Set-Cookie': { values: ['evil=1'] } },
        body: Buffer.from(`${JSON.stringify(seen)}\n`),
      });
      setTimeout(() => {
        call.write({ code: 0, headers: {}, body: Buffer.from('{"line":2}\n') });
        call.end();
      }, 50);
    },
  },
};

const server = new Server();
const protocol = loadProtocol();
for (const [name, handler] of Object.entries(handlers)) {
  server.addService(protocol[name] as unknown as ServiceDefinition, handler);
}
const socket = path.join(folder, `plugin${process.pid}`);
server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
  if (error) {
    throw error;
  }
  process.stdout.write(`1|2|unix|${socket}|grpc\n`);
});
process.on('SIGINT', () => undefined);
setInterval(() => {
  if (process.ppid === 1) {
    process.exit(0);
  }
}, 500);
