import { createServer } from 'node:net';
import { DemoError } from './errors.ts';

/**
 * Makes sure that a port of 127.0.0.1 can be used.
 * @param port 0 picks a free one
 * @returns the port
 * @throws DemoError CAUSEWAY_DEMO_PORT_BUSY, or OPTION where the system does not allow the port
 */
export function claimPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const isBusy = cause.code === 'EADDRINUSE';
      const code = isBusy ? 'CAUSEWAY_DEMO_PORT_BUSY' : 'CAUSEWAY_DEMO_OPTION';
      reject(
        new DemoError(code, `Port ${port} ${isBusy ? 'is in use' : `cannot be used: ${cause.message}`}`, { cause })
      );
    });
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      const found = typeof address === 'object' && address ? address.port : port;
      probe.close(() => resolve(found));
    });
  });
}
