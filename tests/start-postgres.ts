import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { serviceAt } from './services.ts';

export interface PostgresServer {
  /** Connection URL of the superuser to the database of that name. */
  url(database: string): string;
  createDatabase(database: string): void;
  stop(): void;
}

/** initdb and postgres refuse to run as root. */
const asPostgres = (program: string, args: readonly string[]): void => {
  const command =
    process.getuid?.() === 0
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]
      : [program, ...args];
  execFileSync(command[0] as string, command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
};

/** A real PostgreSQL on a free port of loopback, its data in a temporary folder. */
export const startPostgres = async (): Promise<PostgresServer> => {
  const initdb = serviceAt('postgresql');
  if (!initdb) throw new Error('postgresql is not installed');
  const bin = dirname(initdb);
  const root = mkdtempSync(join(tmpdir(), 'kuluma-postgres-'));
  chmodSync(root, 0o777);
  const dir = join(root, 'data');
  const port = await freePort();
  asPostgres(initdb, ['-D', dir, '-A', 'trust', '-U', 'postgres', '--no-sync']);
  const options = `-p ${port} -k ${root} -c listen_addresses=127.0.0.1 -c fsync=off`;
  asPostgres(join(bin, 'pg_ctl'), ['-D', dir, '-w', '-l', join(root, 'log'), '-o', options, 'start']);
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    createDatabase: (database) =>
      asPostgres(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', database]),
    stop() {
      asPostgres(join(bin, 'pg_ctl'), ['-D', dir, '-m', 'immediate', 'stop']);
      rmSync(root, { recursive: true });
    },
  };
};
