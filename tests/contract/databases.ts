import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { needs } from '../services.ts';
import { startPostgres } from '../start-postgres.ts';

interface OpenDatabase {
  readonly database: Database;
  /** Of the server behind it; the database is closed by whoever uses it. */
  close(): void;
}

/** Where records can stand: each an empty database of its own. */
export const databases: readonly {
  readonly title: string;
  readonly skip: boolean;
  open(): Promise<OpenDatabase>;
}[] = [
  { title: 'PGlite', skip: false, open: async () => ({ database: pgliteDatabase(), close: () => {} }) },
  {
    ...needs('postgresql', 'PostgreSQL'),
    open: async () => {
      const server = await startPostgres();
      server.createDatabase('kuluma');
      const database = serverDatabase({ url: server.url('kuluma') }, createLogger('test', 'silent'));
      return { database, close: () => server.stop() };
    },
  },
];
