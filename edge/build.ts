import { rolldown } from 'rolldown';
import manifest from './package.json' with { type: 'json' };

/** Builds dist/: the agent with @kuluma/shared bundled. What stands in `dependencies` is installed beside it. */
const packages = Object.keys(manifest.dependencies);
const bundle = await rolldown({
  input: { main: `${import.meta.dirname}/main.ts` },
  platform: 'node',
  external: (id) => id.startsWith('node:') || packages.some((name) => id === name || id.startsWith(`${name}/`)),
});
await bundle.write({ dir: `${import.meta.dirname}/dist`, format: 'esm', sourcemap: false, cleanDir: true });
await bundle.close();
