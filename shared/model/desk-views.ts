import { type Static, Type } from 'typebox';
import { closed, defineRecord, idOf, oneOf } from './base.ts';
import { FleetQuery, fleetColumns } from './views/fleet.ts';

const { grade, matter, siteId, text, order } = FleetQuery.properties;

/** A filter of the fleet that somebody comes back to. */
export const SavedView = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40 }),
    search: Type.Object(
      {
        ...{ grade, matter, siteId, text, order },
        /** In their order; those of the desk unless given. */
        columns: Type.Optional(Type.Array(oneOf(fleetColumns), { maxItems: fleetColumns.length })),
      },
      closed,
    ),
  },
  closed,
);
export type SavedView = Static<typeof SavedView>;

export const SavedViewList = Type.Array(SavedView, { maxItems: 30 });

/** The filters of a person, on whatever device they sit. */
export const DeskViews = defineRecord('deskViews', { personId: idOf('person'), views: SavedViewList });
export type DeskViews = Static<typeof DeskViews>;
