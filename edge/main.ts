import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { createCommand, runCommand } from '@kuluma/shared/node/command.ts';
import { lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import { Option } from 'commander';
import { loadEdgeConfig } from './config.ts';
import { lockWithReserve } from './disk-reserve.ts';
import { openBuses } from './open-buses.ts';
import { type ProbedTable, type ProbeOptions, probe } from './probe.ts';
import { runGateway } from './run-gateway.ts';
import { wallTimer } from './wall-timer.ts';

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

const tableText = ({ function: table, refusal, registers }: ProbedTable): string =>
  [
    `${table} registers${refusal ? `: ${refusal}` : ''}`,
    ...registers.map((r) =>
      [r.address, r.uint16, r.int16, r.float32?.toPrecision(7) ?? ''].map((cell) => String(cell).padStart(16)).join(''),
    ),
  ].join('\n');

const probeAndPrint = async (
  target: string,
  options: {
    unit: number;
    from: number;
    count: number;
    timeout: number;
    baud: number;
    parity: ProbeOptions['parity'];
    json?: boolean;
  },
): Promise<void> => {
  const { timeout: timeoutMs, baud: baudRate, ...range } = options;
  const tables = await probe(target, { ...range, timeoutMs, baudRate });
  if (options.json) return print(tables);
  const head = ['address', 'uint16', 'int16', 'float32'].map((cell) => cell.padStart(16)).join('');
  process.stdout.write(`${[head, ...tables.map(tableText)].join('\n')}\n`);
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
    .command('probe <target>')
    .description('show the registers of a device: tcp://host:port or rtu:PATH')
    .option('--unit <n>', 'unit id', Number, 1)
    .option('--from <register>', 'first register', Number, 0)
    .option('--count <n>', 'how many, 1-125', Number, 10)
    .option('--timeout <ms>', 'for each answer', Number, 1000)
    .option('--baud <rate>', 'of a serial port', Number, 19_200)
    .addOption(new Option('--parity <parity>', 'of a serial port').choices(['none', 'even', 'odd']).default('even'))
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  kuluma-edge probe tcp://192.168.1.20:502 --unit 1 --from 100 --count 20')
    .action(probeAndPrint);
  return runCommand(command, args);
};
