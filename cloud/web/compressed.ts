import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Smaller files travel in one packet whether or not they are compressed. */
const leastBytes = 1000;
const text = /\.(js|css|svg|json|webmanifest)$/;

/** Lays a Brotli and a gzip copy beside each larger file of text, for the service to send: once here, never at a request. */
export const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  enforce: 'post',
  writeBundle({ dir = '' }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      if (!text.test(name)) continue;
      const bytes = readFileSync(join(dir, name));
      if (bytes.length < leastBytes) continue;
      writeFileSync(
        join(dir, `${name}.br`),
        brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
      );
      writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    }
  },
};
