import { AppError } from '@kuluma/shared/errors.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { ImportCommand, ImportView } from '@kuluma/shared/model/views/set-up.ts';
import { importRecords, previewImport } from '../../pipelines/import-records.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { newToken } from '../secrets.ts';
import { importMarkOf, importViewOf } from '../views/import.ts';
import { pathIds } from './route-parts.ts';
import { staffOf } from './set-up.ts';

/** Of all files of one import; a larger one goes by the command line, beside which the service does not run. */
const mostBytes = 8 * 1024 * 1024;
/** As base 64, with names and punctuation. */
const bodyLimit = Math.ceil((mostBytes * 4) / 3) + 64 * 1024;

const bytesOf = ({ files }: ImportCommand): { name: string; bytes: Uint8Array }[] =>
  files.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') }));

/** The import of files: what `kuluma import` does, for the page. */
export const registerSetUpImport = (app: App, deps: HttpDeps): void => {
  app.post(
    setUpPaths.import(':organisationId'),
    {
      bodyLimit,
      // It tells the tokens of gateways that it made.
      config: { right: 'setUp:change', asksSecondFactor: true },
      schema: {
        tags: ['set-up'],
        summary: 'Says what files would change; with the mark of that answer, changes exactly it',
        params: pathIds({}),
        body: ImportCommand,
        response: { 200: ImportView },
      },
    },
    async (request) => {
      const { system, mark, leaveOutWrong = false } = request.body;
      const { organisationId } = request.params;
      const input = deps.parseImport(bytesOf(request.body));
      const given = { organisationId, system, actor: staffOf(request) };
      if (mark === undefined) {
        const plan = await previewImport(deps, deps.records, given, input);
        return importViewOf({ ...plan, written: false, gateways: [] }, organisationId, deps.clock.now());
      }
      const agree = (plan: Parameters<typeof importMarkOf>[0]): void => {
        if (importMarkOf(plan) !== mark)
          throw new AppError('CONFLICT', 'the records or the files changed since they were looked at', {
            hint: 'look at the difference again',
          });
      };
      const done = await importRecords(
        { clock: deps.clock, random: deps.random, secret: newToken },
        deps.records,
        { ...given, leaveOutWrong, agree },
        input,
      );
      return importViewOf(done, organisationId, deps.clock.now());
    },
  );
};
