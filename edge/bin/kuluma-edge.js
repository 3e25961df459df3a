#!/usr/bin/env node
// In the workspace the TypeScript source runs as it is; a packed install has only the built file.
import { existsSync } from 'node:fs';

const source = new URL('../main.ts', import.meta.url);
const isPacked = !existsSync(source);
// A gateway has little memory, and V8 left to itself trades it for speed: a third of what the agent takes is garbage not
// collected yet and compilers at work. Most of that can only be said at the start, so the process starts anew in its own
// place, where Node can do that. A source that has much to compute turns the compilers on again.
const limits = ['--optimize-for-size', '--max-semi-space-size=1', '--no-opt', '--no-maglev'];
if (isPacked && process.execve && !process.execArgv.includes(limits[0]))
  process.execve(
    process.execPath,
    [process.execPath, ...limits, ...process.execArgv, ...process.argv.slice(1)],
    process.env,
  );

const entry = isPacked ? new URL('../dist/main.js', import.meta.url) : source;
const { main } = await import(entry.href);
await main(process.argv.slice(2));
