import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { asAppError } from '@kuluma/shared/errors.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { refuseRoot } from '@kuluma/shared/node/folder-lock.ts';
import { type Part, startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { Command } from 'commander';
import { openModelRuntime } from '../adapters/model-runtime.ts';
import { type CloudConfig, loadCloudConfig } from '../config.ts';
import { checkSecurityContact } from '../security-contact.ts';
import { openTimeSeries } from '../service.ts';
import { checkRecords, checkServers } from './doctor-servers.ts';
import { bad, type Finding, failed, good } from './finding.ts';
import { portFault } from './port-fault.ts';

const leastFreeBytes = 2 * 1024 ** 3;
const leastFreeFiles = 10_000;
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

/** A folder that is written to, on whatever disk it is. */
const checkDisk = async (what: string, dir: string): Promise<Finding> => {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
    const { bavail, bsize, ffree, files } = await statfs(dir);
    const detail = `${dir}, ${(Number(bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free`;
    if (bavail * bsize < leastFreeBytes)
      return bad(what, detail, `free some space, or set ${what === 'disk' ? 'dataDir' : 'sharedDir'} to a larger disk`);
    // Some file systems make them as they need them, and say 0 of 0.
    return files > 0 && ffree < leastFreeFiles
      ? bad(what, `${detail}, room for ${ffree} files`, 'remove files that nobody needs, or take another file system')
      : good(what, detail);
  } catch (error) {
    return bad(
      what,
      `${dir}: ${(error as Error).message}`,
      'run this as the user of the service, give that user write access, or set another folder',
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
  ...checkSecurityContact(config, Date.now()),
  await checkDisk('disk', config.dataDir),
  ...(config.sharedDir ? [await checkDisk('shared disk', config.sharedDir)] : []),
  await checkPort('http', config.http),
  ...(config.mqtt.kind === 'embedded' ? [await checkPort('mqtt', config.mqtt)] : []),
  ...(await checkRecords(config)),
  await checkStore('timeSeries', openTimeSeries(config)),
  await checkPages(),
  await checkNetworks(),
  ...(await checkServers(config)),
];

const textOf = ({ what, ok, detail, hint }: Finding): string =>
  `${ok ? 'ok ' : 'BAD'}  ${what.padEnd(12)}  ${detail}${hint ? `\n                   ${hint}` : ''}\n`;

const doctor = async ({ config: file, json }: { config?: string; json?: boolean }): Promise<void> => {
  const config = loadCloudConfig({ ...(file ? { file } : {}), env: process.env });
  await refuseRoot(config.dataDir);
  const findings = await diagnose(config);
  process.stdout.write(json ? `${JSON.stringify({ findings })}\n` : findings.map(textOf).join(''));
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
};

/** `kuluma doctor`. */
export const doctorCommand = (): Command =>
  createCommand('doctor', 'Check ports, disk, stores and clock before the service is started, and say what to do')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'print one JSON document')
    .addHelpText('after', exampleOf('kuluma doctor --config cloud/kuluma.example.yaml'))
    .action(doctor);
