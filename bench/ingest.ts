// Measures the way from the broker into the stores: `npm run bench:ingest -- [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({});
