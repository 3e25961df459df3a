import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { baseMap } from './base-map.ts';
import { compressed } from './compressed.ts';
import { pageChunks } from './page-chunks.ts';
import { technicianShell } from './technician/offline/shell-plugin.ts';

const page = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Each page's index.html names its script only; the rest is the same for all. */
const sharedHtml: Plugin = {
  name: 'shared-html',
  transformIndexHtml: {
    order: 'pre',
    handler: (script) => readFileSync(page('parts/page.html'), 'utf8').replace('<!-- script -->', script.trim()),
  },
};

/** One bundle per user: the owner's phone never loads the planner's charts. */
export default defineConfig({
  root: page('.'),
  plugins: [
    react(),
    sharedHtml,
    baseMap,
    technicianShell(['/technician/manifest.webmanifest', '/technician/icon.svg']),
    compressed,
  ],
  build: {
    outDir: page('dist'),
    emptyOutDir: true,
    target: 'es2023',
    rollupOptions: {
      input: [
        page('index.html'),
        page('planner/index.html'),
        page('technician/index.html'),
        page('sign-in/index.html'),
        page('account/index.html'),
        page('admin/index.html'),
        page('audit/index.html'),
        page('owner/offer.css'),
        page('technician/offline/worker.ts'),
      ],
      output: {
        codeSplitting: {
          groups: [
            {
              debugName: 'pages',
              name: pageChunks({
                planner: page('planner/main.tsx'),
                technician: page('technician/main.tsx'),
                home: page('sign-in/home.tsx'),
                signIn: page('sign-in/main.tsx'),
                account: page('account/main.tsx'),
                admin: page('admin/main.tsx'),
                audit: page('audit/main.tsx'),
              }),
              // The index of a library leads to all of it: only what is left of it at the beginning.
              tags: ['$initial'],
              includeDependenciesRecursively: false,
            },
          ],
        },
        // Its address is its reach: all pages below its folder.
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.endsWith('/technician/offline/worker.ts')
            ? 'technician/worker.js'
            : 'assets/[name]-[hash].js',
        // The service finds this one by its name and puts it into the page of an offer.
        assetFileNames: ({ names }) => (names.includes('offer.css') ? 'offer.css' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
});
