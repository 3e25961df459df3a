import { type Static, Type } from 'typebox';
import { closed, idOf, orNull } from '../base.ts';
import { IsoInstant } from './common.ts';

/** What is typed at a gateway, once, so that it gets a token of its own. */
export const EnrolmentView = Type.Object(
  {
    /** Told in the first answer to a command only. */
    code: orNull(Type.String()),
    expiresAt: IsoInstant,
  },
  closed,
);
export type EnrolmentView = Static<typeof EnrolmentView>;

export const EnrolCommand = Type.Object({ code: Type.String({ minLength: 20, maxLength: 200 }) }, closed);

export const EnrolledView = Type.Object(
  {
    organisationId: idOf('organisation'),
    gatewayId: idOf('gateway'),
    /** Told this once; the service keeps its hash. */
    token: Type.String(),
    /** The beginning of the gateway's configuration file. */
    gatewayFile: Type.String(),
  },
  closed,
);
export type EnrolledView = Static<typeof EnrolledView>;
