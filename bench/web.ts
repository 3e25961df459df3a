// Measures the pages in Chromium: `node bench/web.ts [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({
  board: async () => (await import('./web/board.ts')).board,
  desk: async () => (await import('./web/desk.ts')).desk,
  offer: async () => (await import('./web/offer.ts')).offer,
  machine: async () => (await import('./web/machine.ts')).machine,
  technician: async () => (await import('./web/technician.ts')).technician,
});
