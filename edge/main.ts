import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { createCommand, runCommand } from '@kuluma/shared/node/command.ts';
import { lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import { Option } from 'commander';
import type { WriteOrder } from './bus.ts';
import { loadEdgeConfig } from './config.ts';
import { lockWithReserve } from './disk-reserve.ts';
import { type EnrolOptions, enrol } from './enrol.ts';
import { openBuses } from './open-buses.ts';
import { type ProbedTable, type ProbeOptions, probe, probeUnits } from './probe.ts';
import { runGateway } from './run-gateway.ts';
import { wallTimer } from './wall-timer.ts';
import { orderWrite } from './write-desk.ts';

interface RunOptions {
  readonly config: string;
  readonly once?: boolean;
  readonly checkConfig?: boolean;
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const run = async ({ config, once = false, checkConfig = false }: RunOptions): Promise<void> => {
  const setup = await loadEdgeConfig(config, process.env);
  if (checkConfig) {
    openBuses(setup.buses, { clock: clockOf(Date.now, setup.clock), timer: wallTimer });
    process.stdout.write('ok\n');
    return;
  }
  const lock = await lockWithReserve(setup.dataDir, lockFolder);
  const running = { file: config, env: process.env, once, onReady: () => print({ ready: true }) };
  const counters = await runGateway(setup.dataDir, running).finally(() => lock.release());
  print(counters);
  if (once && (counters.waitingRecords > 0 || counters.failures > 0 || counters.dropped > 0))
    throw new AppError('LINK_DOWN', 'not every device was read, or not everything was kept and sent', {
      hint: 'the log above says which and why',
    });
};

const cellsText = (cells: readonly (string | number)[]): string =>
  cells.map((cell) => String(cell).padStart(14)).join('');

const tableText = ({ function: table, refusal, registers }: ProbedTable): string =>
  [
    `${table} registers${refusal ? `: ${refusal}` : ''}`,
    ...registers.map(({ address, uint16, int16, float32, float32Swapped, text = '' }) => {
      const floats = [float32, float32Swapped].map((number) => number?.toPrecision(7) ?? '');
      return cellsText([address, uint16, int16, ...floats, text]);
    }),
  ].join('\n');

interface ProbeArguments {
  readonly unit: number;
  readonly units?: string;
  readonly from: number;
  readonly count: number;
  readonly timeout: number;
  readonly baud: number;
  readonly parity: ProbeOptions['parity'];
  readonly json?: boolean;
}

const unitsIn = (range: string): { from: number; to: number } => {
  const [, from = '', to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(range) ?? [];
  if (from !== '' && Number(from) <= Number(to) && Number(to) <= 255) return { from: Number(from), to: Number(to) };
  throw new AppError('INPUT_INVALID', `${range} are no units`, { hint: 'for example --units 1-10; the last is 255' });
};

const probeAndPrint = async (target: string, options: ProbeArguments): Promise<void> => {
  const line = { timeoutMs: options.timeout, baudRate: options.baud, parity: options.parity };
  if (options.units !== undefined) {
    const units = await probeUnits(target, { ...line, ...unitsIn(options.units) });
    if (options.json) return print(units);
    const there = units.filter((unit) => unit.isThere);
    const lines = there.map(({ unit, answer }) => `unit ${unit}: ${answer}`);
    process.stdout.write(`${[...lines, `${there.length} of ${units.length} units answer`].join('\n')}\n`);
    return;
  }
  const { unit, from, count } = options;
  const tables = await probe(target, { ...line, unit, from, count });
  if (options.json) return print(tables);
  const head = cellsText(['address', 'uint16', 'int16', 'float32 ABCD', 'float32 CDAB', 'text']);
  process.stdout.write(`${[head, ...tables.map(tableText)].join('\n')}\n`);
};

const enrolAndPrint = async (options: EnrolOptions): Promise<void> => {
  const { gatewayId, token } = await enrol(options);
  const what = token === null ? 'names its certificate, whose key never left this machine' : 'holds its token';
  process.stdout.write(
    `${gatewayId} is enrolled; ${options.out} ${what}. Write the address of the broker and the buses in it\n`,
  );
};

interface WriteArguments extends WriteOrder {
  readonly config: string;
}

const write = async ({ config, ...order }: WriteArguments): Promise<void> => {
  const { dataDir } = await loadEdgeConfig(config, process.env);
  print({ readBack: await orderWrite(dataDir, order) });
};

/** `kuluma-edge`: see edge/README.md. */
export const main = (args: string[]): Promise<void> => {
  const command = createCommand('kuluma-edge', 'Reads machines, keeps what it read, and sends it on');
  command
    .command('run')
    .description('run the agent until SIGTERM')
    .requiredOption('--config <file>', 'YAML configuration')
    .option('--once', 'scan each device once, send, end')
    .option('--check-config', 'say "ok", or every fault, and end')
    .addHelpText('after', '\nExample:\n  kuluma-edge run --config gateway.yaml --check-config')
    .action(run);
  command
    .command('enrol')
    .description('get a certificate or a token of its own for this gateway, by a code that is good once')
    .requiredOption('--service <url>', 'where the pages of the service are')
    .requiredOption('--code <code>', 'from "kuluma gateway code", or from a planner')
    .option('--out <file>', 'the configuration to begin; a certificate stands beside it', 'gateway.yaml')
    .option('--token', 'a token, where the service would give a certificate')
    .addHelpText('after', '\nExample:\n  kuluma-edge enrol --service https://service.example.com --code gwy_...')
    .action(enrolAndPrint);
  command
    .command('probe <target>')
    .description(
      'show the registers of a device, or which units answer: tcp://host:port, udp://, rtu-tcp:// or rtu:PATH',
    )
    .option('--unit <n>', 'unit id', Number, 1)
    .option('--units <range>', 'say which of these units answer, for example 1-10')
    .option('--from <register>', 'first register', Number, 0)
    .option('--count <n>', 'how many, 1-125', Number, 10)
    .option('--timeout <ms>', 'for each answer', Number, 1000)
    .option('--baud <rate>', 'of a serial port', Number, 19_200)
    .addOption(new Option('--parity <parity>', 'of a serial port').choices(['none', 'even', 'odd']).default('even'))
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  kuluma-edge probe tcp://192.168.1.20:502 --unit 1 --from 100 --count 20')
    .action(probeAndPrint);
  command
    .command('write')
    .description('write a point through the agent that runs, where its profile allows that')
    .requiredOption('--config <file>', 'YAML configuration of the agent that runs')
    .requiredOption('--device <name>', 'as the configuration names it')
    .requiredOption('--point <name>', 'as its profile names it')
    .requiredOption('--value <number>', 'in the unit of the point', Number)
    .requiredOption('--by <name>', 'who wants it; stands in the log')
    .addHelpText(
      'after',
      '\nExample:\n  kuluma-edge write --config gateway.yaml --device "pump 1" --point speedLimit --value 1450 --by Aino',
    )
    .action(write);
  return runCommand(command, args);
};
