import { randomUUID } from 'node:crypto';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import {
  BoardChangeCommand,
  BoardChangedView,
  BoardCopyCommand,
  BoardCopyMoreCommand,
  BoardCopyView,
  BoardTakeCommand,
  BoardUndoCommand,
} from '@kuluma/shared/model/views/board.ts';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { type BoardCommitted, commitBoard } from '../../pipelines/board-commit.ts';
import { noSuchCopy } from '../../pipelines/board-copies.ts';
import type { BoardRoom } from '../../pipelines/board-room.ts';
import { undoBoard } from '../../pipelines/board-undo.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { RecordTransaction } from '../../ports.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { stepViewOf } from '../views/board.ts';
import { copyViewOf, diffViewOf } from '../views/board-diff.ts';
import { personOf } from './board.ts';
import { pathIds } from './route-parts.ts';

const CopyParams = pathIds({ copyId: Type.String({ format: 'uuid' }) });

const changedView = async (tx: RecordTransaction, committed: BoardCommitted): Promise<BoardChangedView> => {
  const lookup = createLookup(tx, committed.step.organisationId);
  const step = await stepViewOf(lookup, committed.step);
  return { mark: step.mark, step, diff: await diffViewOf(lookup, committed) };
};

/** Aborts when whoever asked goes away before there is an answer. */
const goneOf = ({ raw }: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
};

/** Changes of the plan by a person, undo and redo, and the copies in which more is tried. */
export const registerBoardChangeRoutes = (app: App, deps: HttpDeps, roomOf: () => BoardRoom): void => {
  const tags = ['board'];
  const config = { right: 'plan:change' } as const;
  const params = pathIds({});
  const changed = { 200: BoardChangedView };

  app.post(
    apiPaths.boardSteps(':organisationId'),
    { config, schema: { tags, summary: 'Changes the plan', params, body: BoardChangeCommand, response: changed } },
    (request) => {
      const { organisationId } = request.params;
      const { mark, change, confirmed } = request.body;
      const by = { kind: 'person', personId: personOf(request) } as const;
      return runOnce(deps.records, request, async (tx) =>
        changedView(tx, await commitBoard(deps, tx, { organisationId, by, mark, changes: [change], confirmed })),
      );
    },
  );
  for (const act of ['undo', 'redo'] as const)
    app.post(
      act === 'undo' ? apiPaths.boardUndo(':organisationId') : apiPaths.boardRedo(':organisationId'),
      {
        config,
        schema: {
          tags,
          summary: act === 'undo' ? 'Undoes my last change' : 'Does again what I undid last',
          params,
          body: BoardUndoCommand,
          response: changed,
        },
      },
      (request) => {
        const { organisationId } = request.params;
        const personId = personOf(request);
        return runOnce(deps.records, request, async (tx) =>
          changedView(tx, await undoBoard(deps, tx, { organisationId, personId }, act)),
        );
      },
    );

  const copied = { 200: BoardCopyView };
  app.post(
    apiPaths.boardCopies(':organisationId'),
    {
      config,
      schema: { tags, summary: 'Makes a what-if copy of the plan', params, body: BoardCopyCommand, response: copied },
    },
    async (request, reply) => {
      const { organisationId } = request.params;
      const { changes, repair } = request.body;
      const room = roomOf();
      const copy = await room.copies.make(
        randomUUID(),
        await room.now(organisationId),
        organisationId,
        changes,
        repair,
        goneOf(reply),
      );
      return copyViewOf(createLookup(deps.records, organisationId), copy);
    },
  );
  app.post(
    apiPaths.boardCopy(':organisationId', ':copyId'),
    {
      config,
      schema: {
        tags,
        summary: 'Goes on with a copy',
        params: CopyParams,
        body: BoardCopyMoreCommand,
        response: copied,
      },
    },
    async (request, reply) => {
      const { organisationId, copyId } = request.params;
      const { changes, repair } = request.body;
      const { copies } = roomOf();
      const copy = await copies.goOn(await copies.get(organisationId, copyId), changes, repair, goneOf(reply));
      return copyViewOf(createLookup(deps.records, organisationId), copy);
    },
  );
  app.post(
    apiPaths.boardCopyUndo(':organisationId', ':copyId'),
    { config, schema: { tags, summary: 'Undoes the last change in a copy', params: CopyParams, response: copied } },
    async (request) => {
      const { organisationId, copyId } = request.params;
      const { copies } = roomOf();
      const copy = await copies.undo(await copies.get(organisationId, copyId));
      return copyViewOf(createLookup(deps.records, organisationId), copy);
    },
  );
  app.delete(
    apiPaths.boardCopy(':organisationId', ':copyId'),
    { config, schema: { tags, summary: 'Drops a copy', params: CopyParams } },
    async (request, reply) => {
      const { organisationId, copyId } = request.params;
      await roomOf().copies.drop(organisationId, copyId);
      return reply.status(204).send();
    },
  );
  app.post(
    apiPaths.boardTake(':organisationId', ':copyId'),
    {
      config,
      schema: {
        tags,
        summary: 'Makes the plan what the copy is',
        params: CopyParams,
        body: BoardTakeCommand,
        response: changed,
      },
    },
    async (request) => {
      const { organisationId, copyId } = request.params;
      const { mark, confirmed } = request.body;
      const by = { kind: 'person', personId: personOf(request) } as const;
      const copy = await roomOf().copies.find(organisationId, copyId);
      return runOnce(deps.records, request, async (tx) => {
        if (!copy) throw noSuchCopy();
        const command = { organisationId, by, mark, changes: copy.changes, confirmed, copy };
        return changedView(tx, await commitBoard(deps, tx, command));
      });
    },
  );
};
