import { setFlagsFromString } from 'node:v8';
import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { calledAs, createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { startParts, untilSignal } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { OtlpTracing } from '../adapters/tracing-otlp/otlp-tracing.ts';
import { type CloudConfig, loadCloudConfig } from '../config.ts';
import { firstCodeLifeHours } from '../http/first-code.ts';
import { createService } from '../service.ts';
import { codeVersion } from './code-version.ts';
import { pagesAddress } from './pages-address.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The configuration of a service on real time. @throws CONFIG_INVALID */
const loadServeConfig = (file: string | undefined): CloudConfig => {
  const config = loadCloudConfig({ ...(file ? { file } : {}), env: process.env });
  if (config.clock)
    throw new AppError('CONFIG_INVALID', 'the service runs on real time', {
      faults: [
        {
          path: '/clock',
          message: 'a demo clock moves offers, holds and visits of real people',
          hint: 'remove clock; "kuluma demo" has its own',
        },
      ],
    });
  return config;
};

/** @param code that opens the page; told here alone, never in the log */
const byBrowser = (code: string, page: string): string => `
The store is empty. Open this page within ${firstCodeLifeHours} hours and type the code, which is good once:
  ${page}
  ${code}
Or, without a browser, stop`;

/**
 * @param file the configuration that the service runs by, which whoever sets it up has to name too
 * @param code undefined for a process without pages
 */
const howToBegin = (file: string | undefined, code: string | undefined, page: string): string => `${
  code === undefined ? '\nThe store is empty. Stop' : byBrowser(code, page)
} the service, make an organisation and its first planner, then start it again:
  ${calledAs('kuluma admin create --organisation "Our service company" --name "First Planner" --email planner@example.com')}${file ? ` --config ${file}` : ''}
`;

const serve = async ({ config: file, checkConfig }: { config?: string; checkConfig?: boolean }): Promise<void> => {
  const config = loadServeConfig(file);
  if (checkConfig) return say('ok');
  // Else V8 lets some 200 MB of what ingest leaves behind lie about before it looks for the first time.
  setFlagsFromString('--heap-growing-percent=50');
  const log = createLogger('kuluma');
  const collects = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const tracing = collects ? { tracing: new OtlpTracing({ version: codeVersion(), role: config.role }, log) } : {};
  const service = createService({ config, clock: clockOf(Date.now), random: secureRandom, log, ...tracing });
  const ended = untilSignal();
  const running = await startParts([...service.stores, ...service.servers], log);
  try {
    say(`pages and API  ${service.httpUrl()}\nMQTT broker    ${service.mqttUrl()}`);
    if ((await service.records.organisationIds()).length === 0) {
      // A port that the system chose stands in no configuration.
      const pages = config.http.port === 0 ? service.httpUrl() : pagesAddress(config);
      say(howToBegin(file, service.newFirstCode(), `${pages}/first`));
    }
    await ended;
  } finally {
    await running.stop();
  }
};

/** `kuluma serve`. */
export const serveCommand = (): Command =>
  createCommand('serve', 'Run the cloud service: broker, stores, jobs, API and pages')
    .option('--config <file>', 'configuration; without it everything is embedded, below .kuluma')
    .option('--check-config', 'check the configuration and end')
    .addHelpText('after', exampleOf('kuluma serve --config cloud/kuluma.example.yaml'))
    .action(serve);
