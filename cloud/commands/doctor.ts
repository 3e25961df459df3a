import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { asAppError } from '@kuluma/shared/errors.ts';
import { createCommand } from '@kuluma/shared/node/command.ts';
import { type Part, startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { Command } from 'commander';
import { openModelRuntime } from '../adapters/model-runtime.ts';
import { type CloudConfig, loadCloudConfig } from '../config.ts';
import { openTimeSeries } from '../service.ts';
import { checkRecords, checkServers } from './doctor-servers.ts';
import { bad, type Finding, failed, good } from './finding.ts';
import { portFault } from './port-fault.ts';

const leastFreeBytes = 2 * 1024 ** 3;
const leastNode = 24;
/** The year of this release: a clock before it was never set. */
const leastYear = 2026;

const checkNode = (): Finding => {
  const version = process.versions.node;
  return Number.parseInt(version, 10) >= leastNode
    ? good('node', version)
    : bad('node', version, 'run it through npx: the install brings its own Node');
};

const checkClock = (): Finding => {
  const now = new Date();
  return now.getUTCFullYear() >= leastYear
    ? good('clock', now.toISOString())
    : bad('clock', now.toISOString(), 'set the time of this machine, or let NTP do it');
};

const checkDisk = async ({ dataDir }: CloudConfig): Promise<Finding> => {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const detail = `${dataDir}, ${(Number(bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free`;
    return bavail * bsize >= leastFreeBytes
      ? good('disk', detail)
      : bad('disk', detail, 'free some space, or set dataDir to a larger disk');
  } catch (error) {
    return bad(
      'disk',
      `${dataDir}: ${(error as Error).message}`,
      'give this user write access, or set another dataDir',
    );
  }
};

const checkPort = async (what: string, { host, port }: { host: string; port: number }): Promise<Finding> => {
  const fault = await portFault(host, port);
  return fault
    ? bad(what, `${host}:${port}: ${fault}`, `stop what listens there, or set ${what}.port`)
    : good(what, `${host}:${port} is free`);
};

const checkStore = async (what: string, store: Part): Promise<Finding> => {
  try {
    const running = await startParts([store], createLogger('doctor', 'silent'));
    await running.stop();
    return good(what, `${store.name} opens`);
  } catch (error) {
    return failed(what, error, 'see the message');
  }
};

const checkPages = async (): Promise<Finding> => {
  const page = fileURLToPath(new URL('../web/dist/index.html', import.meta.url));
  return access(page).then(
    () => good('pages', 'built'),
    () => bad('pages', 'not built', 'run npm run build:web'),
  );
};

/** What teaches neural networks; without any, forecasts come from the other methods. */
const checkNetworks = async (): Promise<Finding> => {
  try {
    const { backend } = await openModelRuntime();
    return good('networks', `TensorFlow.js on ${backend}`);
  } catch (error) {
    const { message, hint } = asAppError(error);
    return bad('networks', message, hint ?? 'see the message');
  }
};

const diagnose = async (config: CloudConfig): Promise<Finding[]> => [
  checkNode(),
  checkClock(),
  await checkDisk(config),
  await checkPort('http', config.http),
  ...(config.mqtt.kind === 'embedded' ? [await checkPort('mqtt', config.mqtt)] : []),
  ...(await checkRecords(config)),
  await checkStore('timeSeries', openTimeSeries(config)),
  await checkPages(),
  await checkNetworks(),
  ...(await checkServers(config)),
];

const textOf = ({ what, ok, detail, hint }: Finding): string =>
  `${ok ? 'ok ' : 'BAD'}  ${what.padEnd(10)}  ${detail}${hint ? `\n                 ${hint}` : ''}\n`;

const doctor = async ({ config: file, json }: { config?: string; json?: boolean }): Promise<void> => {
  const findings = await diagnose(loadCloudConfig({ ...(file ? { file } : {}), env: process.env }));
  process.stdout.write(json ? `${JSON.stringify({ findings })}\n` : findings.map(textOf).join(''));
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
};

/** `kuluma doctor`. */
export const doctorCommand = (): Command =>
  createCommand('doctor', 'Check ports, disk, stores and clock before the service is started, and say what to do')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  $ npx kuluma doctor --config cloud/kuluma.example.yaml\n')
    .action(doctor);
