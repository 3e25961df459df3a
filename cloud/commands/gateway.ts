import { readFileSync } from 'node:fs';
import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { GatewayConfig } from '@kuluma/shared/model/gateway-reports.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { newToken } from '../http/secrets.ts';
import { issueEnrolment } from '../pipelines/enrol-gateway.ts';
import { addConfig, configsOf } from '../pipelines/gateway-config.ts';
import type { KnownGateway, Records } from '../ports.ts';
import { withRecords } from './with-records.ts';

interface ConfigOptions {
  readonly gateway: string;
  readonly file?: string;
  readonly config?: string;
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('INPUT_INVALID', `cannot read ${file}`, { cause, hint: 'check the path and its permissions' });
  }
};

const lineOf = ({ revision, state, createdAtMs, report }: GatewayConfig): string =>
  `${String(revision).padStart(4)}  ${state.padEnd(10)}  ${isoOf(createdAtMs)}  ${report ?? ''}\n`;

/** Keeps the file as the gateway's next revision where there is one, then prints the revisions, newest first. */
const sendOrList = async (records: Records, { gateway, file }: ConfigOptions): Promise<void> => {
  const found = await records.findGateway(gateway);
  if (!found) throw new AppError('NOT_FOUND', `there is no gateway ${gateway}`);
  const ref: KnownGateway = { organisationId: found.organisationId, gatewayId: found.id };
  if (file) {
    const yaml = textOf(file);
    const createdBy = { kind: 'policy' as const, name: 'gateway-config' };
    const deps = { clock: clockOf(Date.now), random: secureRandom };
    const { revision } = await records.transact((tx) => addConfig(deps, tx, { ...ref, yaml, createdBy }));
    process.stdout.write(`revision ${revision} is kept; the service sends it\n`);
  }
  for (const config of await configsOf(records, ref)) process.stdout.write(lineOf(config));
};

const configure = (options: ConfigOptions): Promise<void> =>
  withRecords(options.config, 'machinery', (records) => sendOrList(records, options));

/** A code for whoever stands at the gateway. */
const printCode = async (options: Pick<ConfigOptions, 'gateway' | 'config'>): Promise<void> =>
  withRecords(options.config, 'machinery', async (records) => {
    const found = await records.findGateway(options.gateway);
    if (!found) throw new AppError('NOT_FOUND', `there is no gateway ${options.gateway}`);
    const ref: KnownGateway = { organisationId: found.organisationId, gatewayId: found.id };
    const deps = { wallNow: Date.now, secret: newToken };
    const by = { kind: 'policy' as const, name: 'gateway-code' };
    const { code, expiresAtMs } = await records.transact((tx) => issueEnrolment(deps, tx, ref), by);
    process.stdout.write(`${code}\n`);
    process.stderr.write(`good once, until ${isoOf(expiresAtMs)}; at the gateway: kuluma-edge enrol --code ...\n`);
  });

/** `kuluma gateway`. */
export const gatewayCommand = (): Command => {
  const command = createCommand(
    'gateway',
    'Configure gateways from here; with embedded records the service must not run meanwhile',
  );
  command
    .command('config')
    .description('send a gateway a configuration, and list what was sent and what became of it')
    .requiredOption('--gateway <id>', 'the gateway')
    .option('--file <yaml>', 'buses, profiles, alarms, outbox limits; without it the revisions are only listed')
    .option('--config <file>', 'configuration of the service')
    .addHelpText(
      'after',
      exampleOf('kuluma gateway config --gateway gwy_00000000000000000000000001 --file hall-2.yaml'),
    )
    .action(configure);
  command
    .command('code')
    .description('print a code by which a gateway gets a token of its own; the one before opens nothing any more')
    .requiredOption('--gateway <id>', 'the gateway')
    .option('--config <file>', 'configuration of the service')
    .addHelpText('after', exampleOf('kuluma gateway code --gateway gwy_00000000000000000000000001'))
    .action(printCode);
  return command;
};
