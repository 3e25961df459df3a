import { BoardRoom } from '../../pipelines/board-room.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { registerBoardRoutes } from './board.ts';
import { registerBoardChangeRoutes } from './board-changes.ts';

/** Everything of the planning board, on plans that are kept in memory as long as the app runs. */
export const registerBoard = (app: App, deps: HttpDeps): void => {
  let room: BoardRoom | undefined;
  /** Opened with the first question: the routes are described without stores too. */
  const roomOf = (): BoardRoom => {
    room ??= new BoardRoom(deps);
    return room;
  };
  app.addHook('onClose', async () => room?.stop());
  registerBoardRoutes(app, deps, roomOf);
  registerBoardChangeRoutes(app, deps, roomOf);
};
