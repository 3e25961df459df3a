// Measures the way from the broker into the stores: `npm run bench:ingest -- [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({
  latency: async () => (await import('./ingest/latency.ts')).latency,
  agents: async () => (await import('./ingest/agents.ts')).agents,
  workers: async () => (await import('./ingest/workers.ts')).workers,
  stores: async () => (await import('./ingest/stores.ts')).stores,
});
