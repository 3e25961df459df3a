import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const page = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One bundle per user: the owner's phone never loads the planner's charts. */
export default defineConfig({
  root: page('.'),
  plugins: [react()],
  build: {
    outDir: page('dist'),
    emptyOutDir: true,
    target: 'es2023',
    rollupOptions: {
      input: [
        page('index.html'),
        page('planner/index.html'),
        page('technician/index.html'),
        page('owner/index.html'),
        page('sign-in/index.html'),
      ],
    },
  },
});
