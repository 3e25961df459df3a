import { createHash } from 'node:crypto';
import type { Plugin, Rolldown } from 'vite';

const isChunk = (file: Rolldown.OutputAsset | Rolldown.OutputChunk): file is Rolldown.OutputChunk =>
  file.type === 'chunk';

/** All files that a chunk can come to need, with their styles. */
const filesOf = (bundle: Rolldown.OutputBundle, name: string, found = new Set<string>()): Set<string> => {
  const file = bundle[name];
  if (!file || found.has(name)) return found;
  found.add(name);
  if (!isChunk(file)) return found;
  for (const style of file.viteMetadata?.importedCss ?? []) found.add(style);
  for (const other of [...file.imports, ...file.dynamicImports]) filesOf(bundle, other, found);
  return found;
};

/** Tells the service worker which files make up the technician's page. */
export const technicianShell = (extra: readonly string[]): Plugin => ({
  name: 'technician-shell',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const chunks = Object.values(bundle).filter(isChunk);
      const page = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/technician/index.html'));
      const worker = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/technician/offline/worker.ts'));
      if (!page || !worker?.code.includes('__SHELL__'))
        throw new Error('the page of the technician or its worker is missing');
      const files = [...[...filesOf(bundle, page.fileName)].map((name) => `/${name}`), ...extra].sort();
      const version = createHash('sha256')
        .update(`${files.join(' ')} ${worker.code}`)
        .digest('hex')
        .slice(0, 16);
      worker.code = worker.code.replace('__SHELL__', [version, ...files].join(' '));
    },
  },
});
