// Measures the forecasts on public run-to-failure sets: `npm run bench:forecast -- [--json FILE] [part ...]`.
import { runBench } from './bench.ts';

await runBench({
  fd001: async () => (await import('./forecast/fd001.ts')).fd001,
  outOfFold: async () => (await import('./forecast/out-of-fold.ts')).outOfFold,
  bearings: async () => (await import('./forecast/bearings.ts')).bearings,
  azure: async () => (await import('./forecast/azure.ts')).azure,
  states: async () => (await import('./forecast/states.ts')).states,
  disturbed: async () => (await import('./forecast/disturbed.ts')).disturbed,
  nightly: async () => (await import('./forecast/nightly.ts')).nightly,
  ablation: async () => (await import('./forecast/ablation.ts')).ablation,
  large: async () => (await import('./forecast/large.ts')).large,
  speed: async () => (await import('./forecast/speed.ts')).speed,
});
