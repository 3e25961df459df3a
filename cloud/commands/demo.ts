import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { untilSignal } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { Command } from 'commander';
import { playOnce } from '../demo/play-once.ts';
import { type RunningDemo, startDemo } from '../demo/run-demo.ts';
import { positive, whole } from './number-option.ts';
import { portFault } from './port-fault.ts';

const loopback = '127.0.0.1';

interface DemoCommandOptions {
  readonly once?: boolean;
  readonly json?: boolean;
  readonly rate: number;
  readonly port: number;
}

const linksOf = ({ url, seeded }: RunningDemo): string => {
  const link = (secret: string) => `${url}/sign-in/#${secret}`;
  const of = (role: string) => seeded.secrets.filter((s) => s.role === role);
  const lines = (role: string) => of(role).map(({ name, secret }) => `    ${name.padEnd(18)} ${link(secret)}`);
  return [
    '',
    `Planner      ${url}/planner/`,
    ...lines('planner'),
    `Owners       ${url}/owner/`,
    ...lines('owner'),
    `Technicians  ${url}/technician/`,
    ...lines('technician'),
    '',
    'Open the planner first: within a minute a machine asks for a decision. Ctrl+C ends the demo.',
    '',
  ].join('\n');
};

/** A demo is not stopped by what else runs here. */
const usablePort = async (port: number, progress: (line: string) => void): Promise<number> => {
  if (!(await portFault(loopback, port))) return port;
  progress(`port ${port} is taken; the pages get a free one`);
  return 0;
};

const demo = async (options: DemoCommandOptions): Promise<void> => {
  const log = createLogger('kuluma-demo', process.env['KULUMA_LOG_LEVEL'] ?? 'warn');
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const ended = untilSignal();
  const abort = new AbortController();
  void ended.then(() => abort.abort());
  const port = options.once ? 0 : await usablePort(options.port, progress);
  const running = await startDemo({ rate: options.rate, port, log, progress, signal: abort.signal }).catch(
    (error: unknown) => {
      // Whoever interrupts the start wants no error.
      if (abort.signal.aborted) return undefined;
      throw error;
    },
  );
  if (!running) return;
  try {
    if (options.once) {
      const summary = await playOnce(running, progress);
      process.stdout.write(`${JSON.stringify(summary, null, options.json ? 0 : 2)}\n`);
      if (summary.samples.lost > 0 || summary.samples.doubled > 0) process.exitCode = 1;
      return;
    }
    process.stdout.write(linksOf(running));
    await ended;
  } finally {
    progress('ending the demo');
    await running.stop();
  }
};

/** `kuluma demo`. */
export const demoCommand = (): Command =>
  createCommand('demo', 'Run the whole system with simulated machines')
    .option('--once', 'play one full loop without a browser, print a summary and end')
    .option('--json', 'print the summary as one line of JSON')
    .option('--rate <number>', 'seconds of demo time in a second', positive, 360)
    .option('--port <number>', 'port of the pages; 0 for a free one', whole, 8080)
    .addHelpText('after', exampleOf('kuluma demo', 'kuluma demo --once --json'))
    .action(demo);
