import { clockOf } from '@kuluma/shared/clock.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import type { Command } from 'commander';
import { DiskFiles } from '../adapters/file-store/disk-files.ts';
import { placeOf } from '../backup.ts';
import {
  type PersonalKind,
  type Processing,
  processingRegister,
  type Retention,
} from '../core/privacy/processing-register.ts';
import { type PurposeId, purposeOf, purposes, readFor, writtenFor } from '../core/privacy/purposes.ts';
import { purgePersonal } from '../pipelines/purge-personal.ts';
import { withRecords } from './with-records.ts';

const retentionText = (retention: Retention | null): string => {
  if (!retention) return 'nothing removes it by itself';
  const since = { createdAtMs: 'it was made', expiresAtMs: 'it ended', closedAtMs: 'it was settled' }[retention.since];
  return `${retention.days} days after ${since}`;
};

const whyText = (ids: readonly PurposeId[]): string => ids.map((id) => purposeOf(id).why).join('; ');

const printRegister = ({ json }: { readonly json?: boolean }): void => {
  const kinds = Object.entries(processingRegister) as [PersonalKind, Processing][];
  const rows = kinds.map(([kind, { whose, purpose, basis, retention }]) => {
    const used = `${whyText(readFor(kind))} | ${whyText(writtenFor(kind))}`;
    return `| ${kind} | ${whose} | ${purpose} | ${basis} | ${retentionText(retention)} | ${used} |`;
  });
  const head = [
    '| kind | whose | purpose | legal basis (GDPR Art. 6) | kept | read | made and changed |',
    '|---|---|---|---|---|---|---|',
  ];
  process.stdout.write(
    `${json ? JSON.stringify({ ...processingRegister, purposes }) : [...head, ...rows].join('\n')}\n`,
  );
};

const purge = (options: { readonly config?: string; readonly json?: boolean }): Promise<void> =>
  withRecords(options.config, 'rights', async (records, config) => {
    const files = new DiskFiles(placeOf(config, 'files'));
    const removed = await purgePersonal({ records, clock: clockOf(Date.now), wallNow: Date.now, files });
    const lines = Object.entries(removed).map(([kind, count]) => `${kind}: ${count} removed`);
    const text = options.json ? JSON.stringify({ removed }) : lines.join('\n') || 'nothing was over';
    process.stdout.write(`${text}\n`);
  });

/** `kuluma privacy`. */
export const privacyCommand = (): Command => {
  const command = createCommand('privacy', 'What is processed of people, and what of it is over');
  command
    .command('register')
    .description('print the record of processing activities (GDPR Article 30), as the program obeys it')
    .option('--json', 'one JSON document')
    .addHelpText('after', exampleOf('kuluma privacy register > register.md'))
    .action(printRegister);
  command
    .command('purge')
    .description('remove now what is over; the service does it every night. With embedded records it must not run')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'one JSON document')
    .addHelpText('after', exampleOf('kuluma privacy purge --config kuluma.yaml'))
    .action(purge);
  return command;
};
