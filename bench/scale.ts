// Measures the service under faults and beside itself: `npm run bench:scale -- [--full] [--json FILE] [part ...]`. It
// ends with 1 where something was not reached.
import { runBench } from './bench.ts';

const rows = await runBench({
  kill: async () => (await import('./scale/kill.ts')).kill,
  overhead: async () => (await import('./scale/overhead.ts')).overhead,
  reads: async () => (await import('./scale/reads.ts')).reads,
  restore: async () => (await import('./scale/restore.ts')).restore,
  fuzz: async () => (await import('./scale/fuzz.ts')).fuzz,
});
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
