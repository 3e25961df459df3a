import { clockOf, DemoClock } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { createCommand, runCommand } from '@kuluma/shared/node/command.ts';
import { untilSignal } from '@kuluma/shared/node/lifecycle.ts';
import { writeHistory } from './history/write-history.ts';
import { type MachineTypeName, machineTypeNames, machineTypes } from './machines/index.ts';
import { lineProfileOf, profileOf, profileYaml, vibrationProfileOf } from './machines/profile.ts';
import { loadPlant } from './plant.ts';
import { durationMs } from './replay/duration.ts';
import { readFleet } from './replay/read-fleet.ts';
import { replayFleet } from './replay/replay-fleet.ts';
import { replayProfile } from './replay/row-layout.ts';
import { runPlant } from './run-plant.ts';

const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const numberOf = (text: string, option: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new AppError('INPUT_INVALID', `${option} takes a number, not "${text}"`);
  return value;
};

const wholeOf = (text: string, option: string, least: number): number => {
  const value = numberOf(text, option);
  if (!Number.isInteger(value) || value < least)
    throw new AppError('INPUT_INVALID', `${option} takes a whole number from ${least}, not "${text}"`);
  return value;
};

const typeOf = (text: string): MachineTypeName => {
  const name = machineTypeNames.find((n) => n === text);
  if (!name)
    throw new AppError('INPUT_INVALID', `no machine type is named "${text}"`, {
      hint: `allowed: ${machineTypeNames.join(', ')}`,
    });
  return name;
};

const run = async (options: { plant: string; checkConfig?: boolean }): Promise<void> => {
  const plant = loadPlant(options.plant, process.env);
  if (options.checkConfig) {
    printJson({ valid: true, links: plant.links.length, machines: plant.machines.length });
    return;
  }
  const running = await runPlant(plant, clockOf(Date.now, plant.clock));
  const signal = untilSignal();
  printJson({ ready: true, links: running.links });
  await signal;
  await running.stop();
};

/** One line that is written over, on a terminal only. */
const showProgress = (done: number, total: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} machines${done === total ? '\n' : ''}`);
};

interface HistoryCommandOptions {
  plant: string;
  out: string;
  untilMs: string;
  rowHours: string;
  lives: string;
  type?: string[];
}

const history = async (options: HistoryCommandOptions): Promise<void> => {
  const plant = loadPlant(options.plant, process.env);
  const summary = await writeHistory(plant, {
    outDir: options.out,
    untilMs: wholeOf(options.untilMs, '--until-ms', 0),
    rowHours: wholeOf(options.rowHours, '--row-hours', 1),
    lives: wholeOf(options.lives, '--lives', 0),
    onProgress: showProgress,
    ...(options.type ? { types: options.type.map(typeOf) } : {}),
  });
  printJson(summary);
};

interface ReplayCommandOptions {
  history: string;
  link?: string;
  machine?: string[];
  cycleLength: string;
  clockEpochMs?: string;
  clockRate?: string;
  speed?: string;
  baudRate: string;
  served?: string;
  printProfile?: boolean;
  exitWhenDone?: boolean;
}

/** Wall time, or a demo clock; `--speed` alone starts one now. */
const replayClock = (options: ReplayCommandOptions) => {
  const rate = options.clockRate ?? options.speed;
  if (rate === undefined) return clockOf(Date.now);
  const epochMs = options.clockEpochMs === undefined ? Date.now() : numberOf(options.clockEpochMs, '--clock-epoch-ms');
  return clockOf(Date.now, parse(DemoClock, { epochMs, rate: numberOf(rate, '--clock-rate') }, 'the clock'));
};

const replay = async (options: ReplayCommandOptions): Promise<void> => {
  const recording = readFleet(options.history, options.machine);
  if (options.printProfile) {
    process.stdout.write(profileYaml(replayProfile(recording)));
    return;
  }
  if (options.link === undefined)
    throw new AppError('INPUT_INVALID', '--link is missing', {
      hint: 'tcp://host:port, rtu-tcp://host:port or rtu:PATH',
    });
  const running = await replayFleet(recording, {
    clock: replayClock(options),
    cycleLengthMs: durationMs(options.cycleLength),
    link: options.link,
    baudRate: numberOf(options.baudRate, '--baud-rate'),
    ...(options.served ? { served: options.served } : {}),
  });
  const signal = untilSignal();
  printJson({ ready: true, links: [running.link], units: running.units });
  await (options.exitWhenDone ? Promise.race([signal, running.done]) : signal);
  await running.stop();
};

const createSimCommand = () => {
  const command = createCommand('kuluma-sim', 'Simulated machines on real Modbus TCP, Modbus RTU and serial links');
  command
    .command('run')
    .description('simulated machines on real Modbus TCP, RTU and serial links; ends on SIGTERM')
    .requiredOption('--plant <file>', 'plant file (YAML)')
    .option('--check-config', 'only check the plant file')
    .addHelpText('after', '\nExample: kuluma-sim run --plant plant.yaml')
    .action(run);
  command
    .command('history')
    .description("the plant's past as fleet histories, one folder a machine type")
    .requiredOption('--plant <file>', 'plant file (YAML)')
    .requiredOption('--out <dir>', 'folder to write into')
    .requiredOption('--until-ms <instant>', 'last instant, epoch ms')
    .option('--row-hours <hours>', 'length of a row', '6')
    .option('--lives <count>', 'past machines of each type beside the own ones', '0')
    .option('--type <type...>', 'only these machine types')
    .addHelpText(
      'after',
      '\nExample: kuluma-sim history --plant plant.yaml --out past --until-ms 1790000000000 --lives 40',
    )
    .action(history);
  command
    .command('replay')
    .description('machines of a fleet history as Modbus units 1 to n, row by row; a row waits until it was read')
    .requiredOption('--history <dir>', 'fleet history')
    .option('--link <link>', 'tcp://host:port, rtu-tcp://host:port or rtu:PATH')
    .option('--machine <id...>', 'only these machines, in this order')
    .option('--cycle-length <duration>', 'at most one row in this length of simulated time', '1h')
    .option('--clock-epoch-ms <instant>', 'instant at which simulated and wall time are the same')
    .option('--clock-rate <rate>', 'simulated seconds a second')
    .option('--speed <rate>', 'as --clock-rate, from now on')
    .option('--baud-rate <rate>', 'of a serial port', '19200')
    .option('--served <file>', 'append each row that was read, value by value, as JSON lines')
    .option('--print-profile', 'print the device profile of this history for an edge, and end')
    .option('--exit-when-done', 'end when the last row of each machine was read')
    .addHelpText(
      'after',
      '\nExample: kuluma-sim replay --history recordings/cmapss-fd001/test --machine 3 --link tcp://127.0.0.1:1502 --speed 3600',
    )
    .action(replay);
  command
    .command('profile')
    .description('the device profile (YAML) with which an edge reads a machine type')
    .requiredOption('--type <type>', machineTypeNames.join(', '))
    .option('--line', 'of its line-based serial device instead of its Modbus registers')
    .option('--vibration', 'of the raw signals of its accelerometers')
    .addHelpText('after', '\nExample: kuluma-sim profile --type centrifugal-pump')
    .action((options: { type: string; line?: boolean; vibration?: boolean }) => {
      const profile = options.vibration ? vibrationProfileOf : options.line ? lineProfileOf : profileOf;
      process.stdout.write(profileYaml(profile(machineTypes[typeOf(options.type)])));
    });
  return command;
};

/** The command line of the simulator; sets the exit code. */
export const main = (args: string[]): Promise<void> => runCommand(createSimCommand(), args);
