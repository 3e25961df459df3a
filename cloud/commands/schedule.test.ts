import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { runCommand } from '@kuluma/shared/node/command.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkPlan } from '../core/planning/region/check/check-plan.ts';
import { smallRegion } from '../core/planning/region/fixtures/small-region.ts';
import { parseRegion } from '../core/planning/region/form.ts';
import { scheduleCommand } from './schedule.ts';

let folder = '';
const at = (name: string) => join(folder, name);

/** A made file of Solomon's form with customers around a depot. */
const solomonText = (customers: number): string => {
  const random = seededRandom(1);
  const rows = Array.from({ length: customers }, (_, i) => {
    const ready = Math.floor(random() * 100);
    return [i + 1, Math.floor(random() * 60), Math.floor(random() * 60), 10, ready, ready + 60, 10];
  });
  const table = [[0, 30, 30, 0, 0, 300, 0], ...rows].map((row) => row.join('  ')).join('\n');
  return `made\n\nVEHICLE\nNUMBER CAPACITY\n${customers} 60\n\nCUSTOMER\nCUST NO. X Y\n\n${table}\n`;
};

const run = async (...args: string[]) => {
  await runCommand(scheduleCommand(), ['solve', ...args]);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuluma-schedule-'));
  writeFileSync(at('made.txt'), solomonText(20));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  process.exitCode = 0;
});

describe('kuluma schedule solve', () => {
  const solveTo = async (out: string, ...args: string[]) => {
    await run('--format', 'solomon', at('made.txt'), '--iterations', '800', '--out', at(out), ...args);
    return readFileSync(at(out), 'utf8');
  };

  it('writes routes that serve every customer once, and what they cost', async () => {
    const document = JSON.parse(await solveTo('plan.json'));
    const stops = document.routes.flatMap((route: { stops: string[] }) => route.stops);
    expect(stops.map(Number).sort((a: number, b: number) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(document).toMatchObject({ unassigned: [], cost: expect.any(Number), iterations: 1600 });
  });

  it('gives the same bytes for the same seed, threads and iterations', async () => {
    const first = await solveTo('one.json', '--seed', '3', '--threads', '2');
    expect(await solveTo('two.json', '--seed', '3', '--threads', '2')).toBe(first);
  });

  it("plans a region's days by the clock, and leaves out by name what is wrong with it", async () => {
    const region = smallRegion();
    const visits = [...region.visits, { id: 'lost', site: 'moon', durationMin: 10, skills: [] }];
    writeFileSync(at('region.json'), JSON.stringify({ ...region, visits }));
    await run('--format', 'kuluma', at('region.json'), '--iterations', '200', '--out', at('region-plan.json'));
    const document = JSON.parse(readFileSync(at('region-plan.json'), 'utf8'));
    expect(checkPlan({ ...region, visits }, document)).toEqual([]);
    expect(document.routes.flatMap(({ stops }: { stops: string[] }) => stops).sort()).toEqual(['seal', 'valve']);
    expect(document.unassigned).toMatchObject([{ visit: 'lost', reasons: [{ code: 'unknownSite' }] }]);
  });

  it('exits with 2 and says what is wrong with a call or a file', async () => {
    const printed: string[] = [];
    const print = vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    try {
      writeFileSync(at('empty.txt'), 'nothing\n');
      await run('--format', 'trsp', at('empty.txt'), '--iterations', '1');
      await run('--format', 'solomon', at('missing.txt'), '--iterations', '1');
      await run('--format', 'other', at('made.txt'));
      await run('--format', 'kuluma', at('made.txt'), '--iterations', '1');
    } finally {
      print.mockRestore();
    }
    expect(process.exitCode).toBe(2);
    expect(printed.join('')).toContain('line 1: no line holds the numbers of crew, skills, tools and parts');
    expect(printed.join('')).toContain('missing.txt');
    expect(printed.join('')).toContain('the file is no JSON');
    expect(printed.join('')).toContain('Allowed choices are kuluma, solomon, sintef, trsp');
  });
});

describe('kuluma schedule generate', () => {
  it('makes a region in the documented form, another for another seed', async () => {
    const made = async (seed: string) => {
      const out = at(`made-${seed}.json`);
      await runCommand(scheduleCommand(), ['generate', '--visits', '12', '--seed', seed, '--out', out]);
      return readFileSync(out, 'utf8');
    };
    const first = await made('1');
    expect(parseRegion(JSON.parse(first)).visits.length).toBe(12);
    expect(await made('2')).not.toBe(first);
  });
});
