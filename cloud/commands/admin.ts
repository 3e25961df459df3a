import { clockOf } from '@kuluma/shared/clock.ts';
import { type Actor, freshBase, newId } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { createCommand } from '@kuluma/shared/node/command.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { loadCloudConfig } from '../config.ts';
import { createSignInLink } from '../http/principal.ts';
import type { Records } from '../ports.ts';
import { openRecords } from '../service.ts';

const linkLifeHours = 24;

interface NewOrganisation {
  readonly organisation: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly config?: string;
}

/** An organisation with its first planner; the secret of the planner's sign-in link. */
const createOrganisation = async (records: Records, given: NewOrganisation): Promise<string> => {
  const clock = clockOf(Date.now);
  const random = secureRandom;
  const organisationId = newId('organisation', random);
  const createdBy: Actor = { kind: 'policy', name: 'admin-create' };
  const origin = { organisationId, createdBy, nowMs: clock.now(), random };
  const person = freshBase('person', origin);
  await records.transact(async (tx) => {
    await tx.insert('organisation', {
      ...freshBase('organisation', origin),
      id: organisationId,
      name: given.organisation,
      timeZone: given.timeZone,
    });
    const { name, email } = given;
    await tx.insert('person', { ...person, name, email, phone: '', language: 'fi', roles: ['planner'] });
  });
  const who = { organisationId, personId: person.id, contactId: null, roles: ['planner' as const] };
  return createSignInLink({ records, clock, wallNow: Date.now, random }, who, linkLifeHours * hourMs);
};

const create = async (given: NewOrganisation): Promise<void> => {
  const config = loadCloudConfig({ ...(given.config ? { file: given.config } : {}), env: process.env });
  const log = createLogger('kuluma', 'warn');
  const records = openRecords(config, log);
  const running = await startParts([records], log);
  try {
    const secret = await createOrganisation(records, given);
    const { host, port } = config.http;
    process.stdout.write(
      `${given.organisation} is set up. Start the service, then open this link within ${linkLifeHours} hours:\n` +
        `  http://${host}:${port}/sign-in/#${secret}\n`,
    );
  } finally {
    await running.stop();
  }
};

/** `kuluma admin create`. */
export const adminCommand = (): Command => {
  const command = createCommand('admin', 'Set up organisations; the service must not run on the same data folder');
  command
    .command('create')
    .description('make an organisation and its first planner, and print the sign-in link')
    .requiredOption('--organisation <name>', 'name of the service company')
    .requiredOption('--name <name>', 'name of the planner')
    .requiredOption('--email <address>', 'e-mail of the planner')
    .option('--time-zone <zone>', 'IANA time zone of the company', 'Europe/Helsinki')
    .option('--config <file>', 'configuration of the service')
    .addHelpText(
      'after',
      '\nExample:\n  $ npx kuluma admin create --organisation "Our company" --name "A Planner" --email planner@example.com\n',
    )
    .action(create);
  return command;
};
