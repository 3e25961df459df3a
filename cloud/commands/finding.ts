import { asAppError } from '@kuluma/shared/errors.ts';

/** What a look at one thing came to. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do when it is not well. */
  readonly hint?: string;
}

export const good = (what: string, detail: string): Finding => ({ what, ok: true, detail });
export const bad = (what: string, detail: string, hint: string): Finding => ({ what, ok: false, detail, hint });

/** Why a certificate is not trusted here, by the words of OpenSSL. */
const untrusted = /unable to (verify the first|get (local )?issuer) certificate|self[- ]signed certificate/i;
const trustHint =
  'name its authority (PEM) by NODE_EXTRA_CA_CERTS in the environment, of the service too, or get it a certificate of one that is known';

/** @param hint for what says nothing itself of what to do */
export const failed = (what: string, error: unknown, hint: string): Finding => {
  const { message, hint: own, code } = asAppError(error);
  return bad(
    what,
    code === 'INTERNAL' ? message : `${message} (${code})`,
    untrusted.test(message) ? trustHint : (own ?? hint),
  );
};
