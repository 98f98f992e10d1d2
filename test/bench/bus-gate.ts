/** The service's way to Redis. While it is shut, its connections break and new ones are refused: what is published meanwhile is lost to it. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface BusGate {
  readonly url: string;
  shut(): void;
  open(): void;
  /** Ends it. */
  close(): void;
}

/** A gate before the Redis of this address. */
export async function openBusGate(redisUrl: string): Promise<BusGate> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let isShut = false;
  const server = createServer((near) => {
    if (isShut) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const url = new URL(redisUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    shut() {
      isShut = true;
      breakAll();
    },
    open() {
      isShut = false;
    },
    close() {
      server.close();
      breakAll();
    },
  };
}
