import { type Static, Type } from 'typebox';
import { closed, idOf, orNull, Secret } from '../base.ts';
import { IsoInstant } from './common.ts';

/** What is typed at a gateway, once, so that it gets a token of its own. */
export const EnrolmentView = Type.Object(
  {
    /** Told in the first answer to a command only. */
    code: orNull(Secret),
    expiresAt: IsoInstant,
  },
  closed,
);
export type EnrolmentView = Static<typeof EnrolmentView>;

export const EnrolCommand = Type.Object(
  {
    code: Type.String({ minLength: 20, maxLength: 200 }),
    /** PEM (PKCS #10, EC P-256): a certificate is asked for, and given where the service's own broker takes them. */
    request: Type.Optional(Type.String({ maxLength: 4_000 })),
  },
  closed,
);

/** Files that stand beside the configuration of a gateway with a certificate: it with its key, and whom it trusts. */
export const gatewayFiles = { identity: 'gateway-identity.pem', authority: 'gateway-authority.pem' } as const;

export const EnrolledView = Type.Object(
  {
    organisationId: idOf('organisation'),
    gatewayId: idOf('gateway'),
    /** Told this once; the service keeps its hash. Null beside a certificate. */
    token: orNull(Secret),
    /** PEM, for the key of the request; null beside a token. */
    certificate: orNull(Type.String()),
    /** PEM: who certifies the service itself; null where everybody knows them. */
    authority: orNull(Type.String()),
    /** The beginning of the gateway's configuration file. */
    gatewayFile: Secret,
  },
  closed,
);
export type EnrolledView = Static<typeof EnrolledView>;
