import { type Static, Type } from 'typebox';
import { closed, idOf, LocalText, orNull } from '../base.ts';
import { DataShareGrant } from '../data-shares.ts';
import { IsoInstant } from './common.ts';

/** What a third party may fetch by its key, and what it is. */
export const SharedDataView = Type.Object(
  {
    owner: Type.String(),
    recipient: Type.String(),
    purpose: Type.String(),
    detail: DataShareGrant.properties.detail,
    /** Null: from when the machine became the owner's. */
    dataFromAt: orNull(IsoInstant),
    endsAt: IsoInstant,
    machines: Type.Array(
      Type.Object(
        {
          machineId: idOf('machine'),
          tag: Type.String(),
          modelName: LocalText,
          points: Type.Array(
            Type.Object(
              { pointId: idOf('measurementPoint'), name: Type.String(), role: Type.String(), unit: Type.String() },
              closed,
            ),
          ),
          /** GET with `fromAt`, `toAt` (at most a year), `format` (json, csv or parquet). */
          dataPath: Type.String(),
          /** GET: the same as it comes, as server-sent events; null for sums of hours. */
          livePath: orNull(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type SharedDataView = Static<typeof SharedDataView>;
