import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { Organisation } from '@kuluma/shared/model/parties.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { trafficHoursIn } from '../core/planning/region/traffic-hours.ts';
import { usualCutOff } from '../core/visits/cut-off.ts';
import { createSignInLink } from '../http/principal.ts';
import { resetFactors } from '../http/second-factor.ts';
import { linkFor, ofPerson } from '../http/sign-in-links.ts';
import { createOrganisation, type NewOrganisation, usualTimeZone } from '../pipelines/create-organisation.ts';
import { needed } from '../pipelines/lookup.ts';
import { organisationIn } from '../pipelines/organisation-in.ts';
import type { Records } from '../ports.ts';
import { pagesAddress } from './pages-address.ts';
import { withRecords } from './with-records.ts';

const linkLifeHours = 24;

interface GivenOrganisation extends Omit<NewOrganisation, 'language'> {
  readonly config?: string;
}

interface CompanyTerms {
  readonly organisation?: string;
  readonly desk?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly changeUntil?: string;
  readonly traffic?: string;
  readonly config?: string;
}

/** Of the company, what owners are told and when the roads are full. @throws NOT_FOUND, INPUT_INVALID */
const setTerms = async (records: Records, given: CompanyTerms): Promise<RecordOf<'organisation'>> => {
  const id = await organisationIn(records, given.organisation);
  return records.transact(async (tx) => {
    const organisation = needed(await tx.get('organisation', id, id), 'organisation');
    const { desk, phone, email, changeUntil, traffic } = given;
    const before = organisation.serviceDesk;
    const serviceDesk = {
      name: desk ?? before?.name ?? organisation.name,
      phone: phone ?? before?.phone ?? '',
      email: email ?? before?.email ?? '',
    };
    const [days, at] = changeUntil?.split('@') ?? [];
    const cutOff = changeUntil === undefined ? {} : { changeCutOff: { daysBefore: Number(days), at } };
    const roads = traffic === undefined ? {} : { traffic: trafficHoursIn(traffic === 'none' ? '' : traffic) };
    if ([desk, phone, email, changeUntil, traffic].every((said) => said === undefined)) return organisation;
    const isSaid = desk !== undefined || phone !== undefined || email !== undefined;
    const next = { ...organisation, ...(isSaid ? { serviceDesk } : {}), ...cutOff, ...roads };
    return tx.update('organisation', parse(Organisation, next, 'what is said of the company'));
  });
};

const company = (given: CompanyTerms): Promise<void> =>
  withRecords(given.config, 'setUp', async (records) => {
    const { name, serviceDesk, changeCutOff, traffic = [] } = await setTerms(records, given);
    const desk = serviceDesk ? `${serviceDesk.name}, ${serviceDesk.phone}, ${serviceDesk.email}` : 'nobody yet';
    const { daysBefore, at } = changeCutOff ?? usualCutOff;
    const roads = traffic.map((one) => `${one.weekdays.join(',')} ${one.from}-${one.to} ${one.factor}`).join('; ');
    process.stdout.write(
      `${name}\n  answers owners: ${desk}\n  visits are changed alone until: ${daysBefore} day(s) before, ${at}\n` +
        `  hours of traffic: ${roads === '' ? 'none' : roads}\n`,
    );
  });

const create = (given: GivenOrganisation): Promise<void> =>
  withRecords(given.config, 'setUp', async (records, config) => {
    const deps = { records, clock: clockOf(Date.now), wallNow: Date.now, random: secureRandom };
    const by: Actor = { kind: 'policy', name: 'admin-create' };
    const who = await records.transact((tx) => createOrganisation(deps, tx, by, { ...given, language: 'fi' }));
    const secret = await createSignInLink(deps, who, linkLifeHours * hourMs);
    process.stdout.write(
      `${given.organisation} is set up. Start the service, then open this link within ${linkLifeHours} hours:\n` +
        `  ${pagesAddress(config)}/sign-in/#${secret}\n`,
    );
  });

/** For whoever locked themselves out: a link for each company that knows the address. */
const link = ({ email, config }: { readonly email: string; readonly config?: string }): Promise<void> =>
  withRecords(config, 'staff', async (records, loaded) => {
    const { persons } = await records.findByEmail(email);
    const staff = persons.filter((person) => person.roles.length > 0);
    if (staff.length === 0)
      throw new AppError('NOT_FOUND', `no member of staff has the address ${email}`, {
        hint: 'look how it is written on the page of people and rights',
      });
    const deps = { records, clock: clockOf(Date.now), wallNow: Date.now, random: secureRandom };
    for (const person of staff) {
      const url = await linkFor(deps, ofPerson(person), {
        publicUrl: pagesAddress(loaded),
        lifeMs: linkLifeHours * hourMs,
      });
      process.stdout.write(`${person.name}, once, within ${linkLifeHours} hours:\n  ${url}\n`);
    }
  });

/** For whoever lost app, recovery codes and passkeys, and nobody else can reset them. */
const resetSecondFactor = ({ email, config }: { readonly email: string; readonly config?: string }): Promise<void> =>
  withRecords(config, 'staff', async (records) => {
    const { persons } = await records.findByEmail(email);
    if (persons.length === 0) throw new AppError('NOT_FOUND', `no member of staff has the address ${email}`);
    const deps = { clock: clockOf(Date.now), wallNow: Date.now };
    const by: Actor = { kind: 'policy', name: 'admin-reset-second-factor' };
    for (const { organisationId, id, name } of persons) {
      await records.transact((tx) => resetFactors(deps, tx, { organisationId, personId: id, contactId: null }), by);
      process.stdout.write(`${name} has no codes and no passkeys any more, and is signed out everywhere\n`);
    }
  });

/** `kuluma admin create`, `company`, `link` and `reset-second-factor`. */
export const adminCommand = (): Command => {
  const command = createCommand(
    'admin',
    'Set up organisations and let people in; the service must not run on the same data folder',
  );
  command
    .command('create')
    .description('make an organisation and its first planner, and print the sign-in link')
    .requiredOption('--organisation <name>', 'name of the service company')
    .requiredOption('--name <name>', 'name of the planner')
    .requiredOption('--email <address>', 'e-mail of the planner')
    .option('--time-zone <zone>', 'IANA time zone of the company', usualTimeZone)
    .option('--config <file>', 'configuration of the service')
    .addHelpText(
      'after',
      exampleOf('kuluma admin create --organisation "Our company" --name "A Planner" --email planner@example.com'),
    )
    .action(create);
  command
    .command('company')
    .description(
      'say who answers owners, until when they change a visit alone, and the hours of traffic; without options, show it',
    )
    .option('--organisation <id>', 'which, where there are several')
    .option('--desk <name>', 'name of the service desk')
    .option('--phone <number>', 'its number, shown on every page of owners')
    .option('--email <address>', 'its address')
    .option('--change-until <days@time>', 'so many days before a visit, at that time of the site: 1@16:00')
    .option(
      '--traffic <hours>',
      'when ways take so many times as long: "1-5 07:00-09:00 1.4; 5 15:00-17:00 1.3", or none',
    )
    .option('--config <file>', 'configuration of the service')
    .addHelpText('after', exampleOf('kuluma admin company --desk "Service desk" --phone "+358 10 000 0000"'))
    .action(company);
  command
    .command('link')
    .description('print a sign-in link for a member of staff, where no letter reaches them')
    .requiredOption('--email <address>', 'e-mail of the person')
    .option('--config <file>', 'configuration of the service')
    .addHelpText('after', exampleOf('kuluma admin link --email planner@example.com'))
    .action(link);
  command
    .command('reset-second-factor')
    .description('take codes and passkeys of a member of staff away who lost them, and sign them out')
    .requiredOption('--email <address>', 'e-mail of the person')
    .option('--config <file>', 'configuration of the service')
    .addHelpText('after', exampleOf('kuluma admin reset-second-factor --email admin@example.com'))
    .action(resetSecondFactor);
  return command;
};
