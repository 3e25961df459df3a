// Measures the planning core: `npm run bench:planning -- [--full] [--json FILE] [part ...]`. Without --full each run has a tenth of its time.
import { runBench } from './bench.ts';

await runBench({
  solomon: async () => (await import('./planning/routing.ts')).solomon,
  gehringHomberger: async () => (await import('./planning/routing.ts')).gehringHomberger,
  sintef: async () => (await import('./planning/routing.ts')).sintef,
  trsp: async () => (await import('./planning/routing.ts')).trsp,
  regions: async () => (await import('./planning/regions.ts')).regions,
  year: async () => (await import('./planning/year.ts')).year,
  live: async () => (await import('./planning/live.ts')).live,
});
