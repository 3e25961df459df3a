#!/usr/bin/env node
// In the workspace the TypeScript source runs as it is; a packed install has only the built file.
import { existsSync } from 'node:fs';

const source = new URL('../main.ts', import.meta.url);
const entry = existsSync(source) ? source : new URL('../dist/main.js', import.meta.url);
const { main } = await import(entry.href);
await main(process.argv.slice(2));
