// Measures the gateway agent: `npm run bench:edge -- [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({
  merge: async () => (await import('./edge/merge.ts')).merge,
});
