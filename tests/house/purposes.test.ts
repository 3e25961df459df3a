import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/**
 * Who works with records says what for (ADR 0022). What may have all of them for whatever it likes is counted here, line by
 * line: whoever adds a line says why in the ADR.
 */

const cloud = fileURLToPath(new URL('../../cloud', import.meta.url));
const linesOf = (file: string): string[] =>
  readFileSync(join(cloud, file), 'utf8')
    .split('\n')
    .map((line) => line.trim());
const filesIn = (folder: string): string[] =>
  readdirSync(join(cloud, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));

it('binds the records of the service before any pipeline has them', () => {
  const lines = linesOf('service.ts').filter((line) => !/^(import |\/\*\*|const store = )/.test(line));
  // Tables of jobs, copies and trails hold no records.
  expect(lines.filter((line) => /\bstore\b(?!\.(jobs|copies|trail)\b)/.test(line))).toEqual([
    'const points = new GatewayPoints(store);',
    "const lease = config.records.kind === 'postgres' && runsJobs ? new JobLease(store, log) : undefined;",
    'const heavy = createHeavyJobs(pipelines, store, config, tracing && { tracing, trail: store.trail });',
    "{ records: store, timeSeries, inbox: role === 'worker' ? noInbox : ingest },",
    'stores: [...(tracing ? [tracing] : []), store, timeSeries],',
  ]);
  expect(lines.filter((line) => line.includes('points.watched'))).toEqual([
    'const bound = (purpose: PurposeId) => recordsFor(purpose, points.watched);',
    'records: points.watched,',
    'records: points.watched,',
  ]);
});

it('gives commands records for a purpose alone, but for the copy of everything', () => {
  const opening = filesIn('commands').filter((file) =>
    /\b(openRecords|createRecords)\b/.test(linesOf(file).join('\n')),
  );
  expect(opening.sort()).toEqual(['commands/backup.ts', 'commands/with-records.ts']);
  const started = [...filesIn('commands'), ...filesIn('demo')].flatMap((file) =>
    linesOf(file).filter((line) => line.includes('service.records')),
  );
  expect(started.sort()).toEqual([
    "const setUp = recordsFor('setUp', service.records);",
    'if ((await service.records.organisationIds()).length === 0) {',
  ]);
});

it('has nobody open records but service, commands and the adapters themselves', () => {
  const opening = ['pipelines', 'http', 'demo']
    .flatMap(filesIn)
    .filter((file) => /\b(openRecords|createRecords)\b/.test(linesOf(file).join('\n')));
  expect(opening).toEqual([]);
});
