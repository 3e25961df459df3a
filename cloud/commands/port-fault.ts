import { createServer } from 'node:net';

/** Why nothing can listen at an address now; undefined when it is free. */
export const portFault = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
