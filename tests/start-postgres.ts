import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { serviceAt } from './services.ts';

export interface PostgresServer {
  /** Connection URL of the superuser to the database of that name. */
  url(database: string): string;
  createDatabase(database: string): void;
  /** The server itself, at once; its processes see it and end. */
  kill(): Promise<void>;
  /** After it was killed, over the same data; resolves when it answers. */
  restart(): Promise<void>;
  stop(): void;
}

/** initdb and postgres refuse to run as root. */
const commandAsPostgres = (program: string, args: readonly string[]): [string, string[]] =>
  process.getuid?.() === 0
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]]
    : [program, [...args]];

const asPostgres = (program: string, args: readonly string[]): void => {
  execFileSync(...commandAsPostgres(program, args), { stdio: ['ignore', 'ignore', 'inherit'] });
};

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);
/** Its processes hold the shared memory for a moment longer than it. */
const restartAttempts = 50;

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
  const starting = ['-D', dir, '-w', '-l', join(root, 'log'), '-o', options, 'start'];
  asPostgres(join(bin, 'pg_ctl'), starting);
  return {
    async kill() {
      const pid = Number(readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await pause(10);
    },
    async restart() {
      for (let attempt = 1; ; attempt++)
        try {
          // Not waited for in this process: it has others to watch.
          await promisify(execFile)(...commandAsPostgres(join(bin, 'pg_ctl'), starting));
          return;
        } catch (error) {
          if (attempt === restartAttempts) throw error;
          await pause(100);
        }
    },
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    createDatabase: (database) =>
      asPostgres(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', database]),
    stop() {
      asPostgres(join(bin, 'pg_ctl'), ['-D', dir, '-m', 'immediate', 'stop']);
      rmSync(root, { recursive: true });
    },
  };
};
