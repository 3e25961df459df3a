import { execFileSync, spawn } from 'node:child_process';
import { constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkPlan } from '../../cloud/core/planning/region/check/check-plan.ts';
import { generateRegion } from '../../cloud/core/planning/region/generate.ts';

const bin = new URL('../../cloud/bin/kuluma.js', import.meta.url).pathname;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuluma-schedule-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const made = generateRegion({ technicians: 8, visits: 120, days: 7, seed: 2, nowMs: Date.UTC(2027, 0, 11, 4) });
const region = { ...made, visits: made.visits.map(({ second: _, ...visit }) => visit) };

it('an interrupted search writes the best plan so far, which keeps every rule', async () => {
  const file = join(folder, 'region.json');
  const out = join(folder, 'plan.json');
  execFileSync('mkfifo', [file]);
  const child = spawn(
    process.execPath,
    [bin, 'schedule', 'solve', '--format', 'kuluma', file, '--seconds', '90', '--out', out],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  // Until it has begun to read: before that it would end as any process does.
  const isRead = writeFile(file, JSON.stringify(region)).then(() => true);
  if (!(await Promise.race([isRead, ended.then(() => false)]))) {
    // A reader, or the writer would wait for ever.
    openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    expect.fail('it ended before it read the file');
  }
  child.kill('SIGINT');
  const first = await Promise.race([ended, wait(60_000)]);
  child.kill('SIGKILL');
  expect(first).toBe(0);
  const plan = JSON.parse(readFileSync(out, 'utf8'));
  expect(plan.routes.length).toBeGreaterThan(5);
  expect(checkPlan(region, plan)).toEqual([]);
});
