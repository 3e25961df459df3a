import { AppError } from '@kuluma/shared/errors.ts';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { IdentityProvider, ProvidedIdentity } from '../../access-ports.ts';

export interface OidcOptions extends Pick<IdentityProvider, 'id' | 'name' | 'organisationId' | 'newPeople'> {
  /** As in its discovery document: https://login.example.com/tenant */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of a provider that gives addresses to its own people only, and does not say that it verified them. */
  readonly vouchesForEmail: boolean;
}

const timeoutS = 10;

/** What a browser keeps while it is at the provider. */
interface Kept {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const keptIn = (text: string): Kept => {
  const [state = '', nonce = '', verifier = ''] = text.split('.');
  return { state, nonce, verifier };
};

/** What the claims of an ID token (OpenID Connect Core 1.0, sections 2 and 5.1) say that is vouched for. */
export const identityOf = (claims: IDToken, vouchesForEmail: boolean): ProvidedIdentity => {
  const { iss, sub, email, email_verified: isVerified, name, amr, auth_time: authTimeS } = claims;
  const isVouched = isVerified === true || (vouchesForEmail && isVerified === undefined);
  // RFC 8176: `mfa` is said only where there were several factors.
  const hasTwo = Array.isArray(amr) && amr.includes('mfa') && typeof authTimeS === 'number';
  return {
    ...{ issuer: iss, subject: sub },
    email: typeof email === 'string' && isVouched ? email : undefined,
    name: typeof name === 'string' ? name : undefined,
    secondFactorAtMs: hasTwo ? authTimeS * 1000 : undefined,
  };
};

const refused = (cause: unknown): AppError =>
  new AppError('NOT_SIGNED_IN', 'the identity provider did not sign anybody in', { cause });

/** The identity provider of a company: authorization code with PKCE, state and nonce (RFC 9700). */
export const oidcIdentity = ({
  issuer,
  clientId,
  clientSecret,
  vouchesForEmail,
  ...of
}: OidcOptions): IdentityProvider => {
  let found: Promise<Configuration> | undefined;
  // Asked for when first needed: a provider that is away must not keep the service from starting.
  const configuration = async (): Promise<Configuration> => {
    // The configuration takes plain HTTP for nothing but this machine.
    const execute = issuer.startsWith('http://') ? [allowInsecureRequests] : [];
    found ??= discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, timeout: timeoutS });
    try {
      return await found;
    } catch (cause) {
      found = undefined;
      throw new AppError('LINK_DOWN', `the identity provider ${of.id} does not answer`, { cause });
    }
  };
  return {
    ...of,
    async begin(returnUrl) {
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const url = buildAuthorizationUrl(await configuration(), {
        ...{ redirect_uri: returnUrl, scope: 'openid email profile', state, nonce },
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, kept: [state, nonce, verifier].join('.'), state };
    },
    async finish(returnedTo, text) {
      const { state, nonce, verifier } = keptIn(text);
      const config = await configuration();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await authorizationCodeGrant(config, returnedTo, checks).catch((cause: unknown) => {
        throw refused(cause);
      });
      const claims = tokens.claims();
      if (!claims) throw refused(undefined);
      return identityOf(claims, vouchesForEmail);
    },
  };
};
