// Measures the desk in Chromium: `node bench/web.ts [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({
  board: async () => (await import('./web/board.ts')).board,
  machine: async () => (await import('./web/machine.ts')).machine,
  offer: async () => (await import('./web/offer.ts')).offer,
});
