import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { mergedWork, workOf } from '@kuluma/shared/model/merged-work.ts';
import { VisitFilePiece, VisitFileView } from '@kuluma/shared/model/views/commands.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { takeFilePiece } from '../../pipelines/visit-files.ts';
import { statedOf } from '../../pipelines/visit-work.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { requireMachine } from '../scope.ts';
import { sendFile } from '../send-file.ts';
import { isWithin } from '../views/machine.ts';
import { pathIds } from './route-parts.ts';
import { requireTechnician } from './visits.ts';

/** Photos of visits: they come in pieces, under ids that the phone made. */
export const registerVisitFileRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['visits'];
  const params = pathIds({ visitId: idOf('visit'), fileId: idOf('visitFile') });
  const url = apiPaths.visitFile(':organisationId', ':visitId', ':fileId');
  app.get(
    url,
    { config: { right: 'machine:read' }, schema: { tags, summary: 'A photo of a visit', params } },
    async (request, reply) => {
      const { organisationId, visitId, fileId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const [visit, file] = [await lookup.get('visit', visitId), await lookup.get('visitFile', fileId)];
      if (!visit || file?.visitId !== visitId) throw new AppError('NOT_FOUND', 'there is no such file');
      const ranges = await requireMachine(lookup, principalOf(request), visit.machineId, deps.clock.now());
      if (!isWithin(ranges, visit.slot.startMs)) throw new AppError('NOT_FOUND', 'there is no such file');
      const work = mergedWork(await statedOf(lookup, visitId));
      if (workOf(work, `photo ${fileId}`, 'photo')?.state === 'removed')
        throw new AppError('NOT_FOUND', 'the photo was removed');
      return sendFile(deps.files, request, reply, file);
    },
  );
  app.post(
    url,
    {
      config: { right: 'visit:report' },
      schema: {
        tags,
        summary: 'A piece of a photo; the answer says where the next one begins',
        params,
        body: VisitFilePiece,
        response: { 200: VisitFileView },
      },
    },
    (request) => {
      const mine = { ...request.params, ...requireTechnician(principalOf(request)) };
      return takeFilePiece(deps, mine, request.body);
    },
  );
};
