import { type Static, Type } from 'typebox';

/** On the channel `certificate`: what a gateway asked for in its state, for the key that it made. */
export const CertificateOffer = Type.Object(
  { v: Type.Literal(1), pem: Type.String({ maxLength: 10_000 }) },
  { additionalProperties: false },
);
export type CertificateOffer = Static<typeof CertificateOffer>;
