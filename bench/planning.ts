// Measures the planning core: `npm run bench:planning -- [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({});
