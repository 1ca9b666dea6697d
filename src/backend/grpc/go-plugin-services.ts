import {
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';

const SERVING = { status: 1 };

/** Services of hashicorp/go-plugin that every host opens, and the standard health service. */
export function createGoPluginServices(
  onShutdown: () => void
): Readonly<Record<'broker' | 'controller' | 'stdio' | 'health', UntypedServiceImplementation>> {
  return {
    broker: { StartStream: holdDuplex },
    controller: {
      Shutdown: (_call: unknown, callback: sendUnaryData<object>) => {
        callback(null, {});
        onShutdown();
      },
    },
    stdio: { StreamStdio: holdOpen },
    health: {
      Check: (call: ServerUnaryCall<{ service: string }, object>, callback: sendUnaryData<object>) => {
        if (call.request.service === '' || call.request.service === 'plugin') {
          callback(null, SERVING);
        } else {
          callback({ code: status.NOT_FOUND, details: 'unknown service' });
        }
      },
      Watch: (call: ServerWritableStream<unknown, object>) => {
        call.write(SERVING);
        holdOpen(call);
      },
    },
  };
}

/** The host opens these streams at once and expects them to stay; nothing is sent on them. */
function holdOpen(call: ServerWritableStream<unknown, object>): void {
  call.on('cancelled', () => call.end());
  call.on('error', () => undefined);
}

function holdDuplex(call: ServerDuplexStream<object, object>): void {
  call.on('data', () => undefined);
  call.on('end', () => call.end());
  call.on('cancelled', () => call.end());
  call.on('error', () => undefined);
}
