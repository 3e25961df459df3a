import type { Id } from '@kuluma/shared/model/base.ts';
import type { GatewayCertificate } from '@kuluma/shared/model/machines.ts';

/** What servers show, and whom they trust; PEM. */
export interface ServedCertificate {
  readonly cert: string;
  readonly key: string;
  /** Whose certificates gateways may show. */
  readonly gatewayAuthority?: string;
}

/** The certificate of the servers, which may change while they run. */
export interface Certificates {
  /** Undefined where everything is said in the clear. */
  current(): Promise<ServedCertificate | undefined>;
  onChange(listener: (certificate: ServedCertificate) => void): void;
}

/** Who somebody is by the word of an identity provider (OpenID Connect). */
export interface ProvidedIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** Only where the provider vouches for it. */
  readonly email: string | undefined;
  readonly name: string | undefined;
  /** When they showed two factors there, epoch ms; undefined where they did not, or it does not tell. */
  readonly secondFactorAtMs: number | undefined;
}

/** Where the people of a company have accounts. */
export interface IdentityProvider {
  readonly id: string;
  readonly name: string;
  /** Whose people they are, where there are several companies on this service. */
  readonly organisationId?: string;
  /** Whoever has an address of these domains is let in as that, also where nobody added them. */
  readonly newPeople?: { readonly domains: readonly string[]; readonly role: 'planner' | 'auditor' };
  /** Where the browser is sent, what it is to keep until it comes back, and the part of that which comes back too. */
  begin(returnUrl: string): Promise<{ readonly url: string; readonly kept: string; readonly state: string }>;
  /** @throws NOT_SIGNED_IN for anything but the answer to what was kept */
  finish(returnedTo: URL, kept: string): Promise<ProvidedIdentity>;
}

/** Keeps what has to be read again unreadable to whoever has the store alone. */
export interface Sealer {
  seal(text: string): Promise<string>;
  /** @throws CONFLICT where the key is not the one that sealed it */
  open(sealed: string): Promise<string>;
}

/** Certifies gateways. */
export interface GatewayAuthority {
  /** Which gateways are to trust as the service's own; undefined where the service shows a certificate of somebody else. */
  trusted(): Promise<string | undefined>;
  /** @param request PEM (PKCS #10, EC P-256). @throws INPUT_INVALID for anything else */
  certify(request: string, gatewayId: Id<'gateway'>): Promise<GatewayCertificate>;
}
