/** Finds a TCP port nobody listens on; never keeps it: another process may take it before the caller binds. */

import { createServer } from 'node:net';

/** Asks the kernel for a free port on 127.0.0.1. Callers retry when it was taken meanwhile. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
