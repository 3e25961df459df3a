// Measures the gateway agent: `npm run bench:edge -- [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({
  outage: async () => (await import('./edge/outage.ts')).outage,
  drain: async () => (await import('./edge/drain.ts')).drain,
  polling: async () => (await import('./edge/polling.ts')).polling,
  vibration: async () => (await import('./edge/vibration.ts')).vibration,
  exchanges: async () => (await import('./edge/exchanges.ts')).exchanges,
  memory: async () => (await import('./edge/memory.ts')).memory,
  rtu: async () => (await import('./edge/rtu.ts')).rtu,
  merge: async () => (await import('./edge/merge.ts')).merge,
  kills: async () => (await import('./edge/kills.ts')).kills,
  soak: async () => (await import('./edge/soak.ts')).soak,
});
