import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { createCommand, runCommand } from '@kuluma/shared/node/command.ts';
import { untilSignal } from '@kuluma/shared/node/lifecycle.ts';
import { writeHistory } from './history/write-history.ts';
import { type MachineTypeName, machineTypeNames, machineTypes } from './machines/index.ts';
import { profileOf, profileYaml } from './machines/profile.ts';
import { loadPlant } from './plant.ts';
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
    untilMs: numberOf(options.untilMs, '--until-ms'),
    rowHours: numberOf(options.rowHours, '--row-hours'),
    lives: numberOf(options.lives, '--lives'),
    ...(options.type ? { types: options.type.map(typeOf) } : {}),
  });
  printJson(summary);
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
    .command('profile')
    .description('the device profile (YAML) with which an edge reads a machine type')
    .requiredOption('--type <type>', machineTypeNames.join(', '))
    .addHelpText('after', '\nExample: kuluma-sim profile --type centrifugal-pump')
    .action((options: { type: string }) => {
      process.stdout.write(profileYaml(profileOf(machineTypes[typeOf(options.type)])));
    });
  return command;
};

/** The command line of the simulator; sets the exit code. */
export const main = (args: string[]): Promise<void> => runCommand(createSimCommand(), args);
