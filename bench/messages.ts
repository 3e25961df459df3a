// Measures letters to contacts: `npm run bench:messages -- [--full] [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({
  letters: async () => (await import('./messages/letters.ts')).letters,
});
