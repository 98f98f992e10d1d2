/** Opens and closes the HTTP server; knows no route. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SECOND_MS } from '../core/duration';
import { ConfigError, TransientError } from '../errors';

type ListenError = NodeJS.ErrnoException & {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
};

/** By the variable that is to blame. A port that is taken may be free at the next try: its owner may be about to end. */
function explained(error: ListenError): Error {
  const { code, address, port, hostname } = error;
  if (code === 'EADDRINUSE')
    return new TransientError(
      `PORT: expected a free port, got ${port}, on which another process listens at ${address}`,
    );
  if (code === 'EACCES')
    return new ConfigError(`PORT: expected a port that this account may listen on, got ${port}`);
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EINVAL'].includes(code ?? ''))
    return new ConfigError(
      `HOST: expected an address of this machine such as 127.0.0.1, got '${hostname ?? address}'`,
    );
  return error;
}

/**
 * Where it listens, `http://127.0.0.1:3020`. Rejects with ConfigError for an address or a port that cannot be ours, with TransientError
 * when the port is taken.
 */
export function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: ListenError) => reject(explained(error)));
    server.once('listening', () => {
      const { address, port, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
    });
  });
}

/** Takes no more requests, lets running ones end for a second, then cuts them. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const hurry = setTimeout(() => server.closeAllConnections(), SECOND_MS);
  await closed;
  clearTimeout(hurry);
}
