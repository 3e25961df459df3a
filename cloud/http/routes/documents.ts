import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, idOf } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import {
  DocumentFilePiece,
  DocumentFileReceived,
  DocumentFileView,
  DocumentHits,
  DocumentSearchQuery,
  DocumentView,
} from '@kuluma/shared/model/views/documents.ts';
import { Type } from 'typebox';
import { visitOfMine } from '../../pipelines/advance-visit.ts';
import {
  documentFileOf,
  documentsOf,
  documentTextOf,
  searchDocuments,
  takeDocumentPiece,
} from '../../pipelines/documents.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { readsAsOwner } from '../scope.ts';
import { sendFile } from '../send-file.ts';
import { pathIds } from './route-parts.ts';
import { staffOf } from './set-up.ts';
import { requireTechnician } from './visits.ts';

const tags = ['documents'];

/** Manuals, bulletins, drawings and certificates, at the machines that they are about. */
export const registerDocumentRoutes = (app: App, deps: HttpDeps): void => {
  registerFiles(app, deps);
  const config = { right: 'machine:read' } as const;
  app.get(
    apiPaths.machineDocuments(':organisationId', ':machineId'),
    {
      config,
      schema: {
        tags,
        summary: 'Documents of a machine, what is wanted most first',
        params: pathIds({ machineId: idOf('machine') }),
        response: { 200: Type.Array(DocumentView) },
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const nowMs = deps.clock.now();
      const forOwner = await readsAsOwner(lookup, principalOf(request), machineId, nowMs);
      return documentsOf(lookup, { machineId, componentCode: null, forOwner }, nowMs);
    },
  );
  app.get(
    apiPaths.machineDocument(':organisationId', ':machineId', ':fileId'),
    {
      config,
      schema: {
        tags,
        summary: 'The file of a document',
        params: pathIds({ machineId: idOf('machine'), fileId: idOf('documentFile') }),
      },
    },
    async (request, reply) => {
      const { organisationId, machineId, fileId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const nowMs = deps.clock.now();
      const forOwner = await readsAsOwner(lookup, principalOf(request), machineId, nowMs);
      const file = await documentFileOf(lookup, { machineId, fileId, forOwner }, nowMs);
      return sendFile(deps.files, request, reply, file, file.name);
    },
  );
  app.get(
    apiPaths.machineDocumentText(':organisationId', ':machineId', ':textId'),
    {
      config,
      schema: {
        tags,
        summary: 'The text of a document, by page: a JSON array of strings',
        params: pathIds({ machineId: idOf('machine'), textId: idOf('documentText') }),
      },
    },
    async (request, reply) => {
      const { organisationId, machineId, textId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const nowMs = deps.clock.now();
      const forOwner = await readsAsOwner(lookup, principalOf(request), machineId, nowMs);
      const { sha256 } = await documentTextOf(lookup, { machineId, textId, forOwner }, nowMs);
      return sendFile(deps.files, request, reply, { sha256, mediaType: 'application/json' });
    },
  );
  app.get(
    apiPaths.machineDocumentSearch(':organisationId', ':machineId'),
    {
      config,
      schema: {
        tags,
        summary: 'Pages of the documents of a machine on which a text stands, the best first',
        params: pathIds({ machineId: idOf('machine') }),
        querystring: DocumentSearchQuery,
        response: { 200: DocumentHits },
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const nowMs = deps.clock.now();
      const forOwner = await readsAsOwner(lookup, principalOf(request), machineId, nowMs);
      return searchDocuments(lookup, deps.files, { machineId, forOwner, query: request.query.text }, nowMs);
    },
  );
  app.get(
    apiPaths.visitDocuments(':organisationId', ':visitId'),
    {
      config: { right: 'day:read' },
      schema: {
        tags,
        summary: 'Documents of the machine of a visit, those of its component first',
        params: pathIds({ visitId: idOf('visit') }),
        response: { 200: Type.Array(DocumentView) },
      },
    },
    async (request) => {
      const { organisationId, visitId } = request.params;
      const { technicianId } = requireTechnician(principalOf(request));
      const { machineId, recommendationId } = await visitOfMine(deps.records, {
        organisationId,
        visitId,
        technicianId,
      });
      const lookup = createLookup(deps.records, organisationId);
      const { inputs } = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
      const of = { machineId, componentCode: inputs.componentType.code, forOwner: false };
      return documentsOf(lookup, of, deps.clock.now());
    },
  );
};

/** Files of documents, which come in pieces under ids that the page made. */
const registerFiles = (app: App, deps: HttpDeps): void => {
  const params = pathIds({ fileId: idOf('documentFile') });
  const fileOf = async (request: {
    params: { organisationId: Id<'organisation'>; fileId: Id<'documentFile'> };
  }): Promise<RecordOf<'documentFile'>> => {
    const { organisationId, fileId } = request.params;
    const file = await deps.records.get('documentFile', organisationId, fileId);
    if (!file) throw new AppError('NOT_FOUND', 'there is no such file');
    return file;
  };
  const url = setUpPaths.documentFile(':organisationId', ':fileId');
  app.get(
    url,
    {
      config: { right: 'setUp:read' },
      schema: { tags, summary: 'What is known of a file of documents', params, response: { 200: DocumentFileView } },
    },
    async (request) => {
      const { id: fileId, name, mediaType, bytes } = await fileOf(request);
      return { fileId, name, mediaType, bytes };
    },
  );
  app.get(
    setUpPaths.documentContent(':organisationId', ':fileId'),
    { config: { right: 'setUp:read' }, schema: { tags, summary: 'A file of documents', params } },
    async (request, reply) => {
      const file = await fileOf(request);
      return sendFile(deps.files, request, reply, file, file.name);
    },
  );
  app.post(
    url,
    {
      config: { right: 'setUp:change' },
      schema: {
        tags,
        summary: 'A piece of a file; the answer says where the next one begins',
        params,
        body: DocumentFilePiece,
        response: { 200: DocumentFileReceived },
      },
    },
    (request) => takeDocumentPiece(deps, { ...request.params, actor: staffOf(request) }, request.body),
  );
};
