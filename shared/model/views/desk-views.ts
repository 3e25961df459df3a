import { type Static, Type } from 'typebox';
import { closed } from '../base.ts';
import { SavedViewList } from '../desk-views.ts';
import { idempotencyKey } from '../idempotency-key.ts';

/** The reader's own; version 0 where they have kept none yet. */
export const DeskViewsView = Type.Object({ version: Type.Integer({ minimum: 0 }), views: SavedViewList }, closed);
export type DeskViewsView = Static<typeof DeskViewsView>;

/** POST, with the version that was seen in `If-Match`. */
export const KeepViewsCommand = Type.Object({ idempotencyKey, views: SavedViewList }, closed);
