import { startIngest } from './start-ingest.ts';

/** The ingest of the folder in the first argument, in a process of its own that can be killed; prints the broker's address. */
const { ingest } = await startIngest(process.argv[2] as string);
process.stdout.write(`${ingest.url()}\n`);
