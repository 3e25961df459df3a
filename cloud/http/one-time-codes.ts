import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** RFC 6238 as every authenticator app has it: six digits, SHA-1, half a minute; one step early or late. */
const [periodS, window] = [30, 1];
const recoveryCodes = 10;

const totpOf = (secret: string, label: string): TOTP =>
  new TOTP({ issuer: 'Kuluma', label, period: periodS, secret: Secret.fromBase32(secret) });

/** 160 random bits, base32. */
export const newAppSecret = (): string => new Secret({ size: 20 }).base32;

/** What an authenticator app scans. @param label whose it is, as the app shows it. */
export const addressOf = (secret: string, label: string): string => totpOf(secret, label).toString();

/** The half minute (since 1970) of which this is the code; undefined for a wrong one. */
export const stepOf = (secret: string, code: string, nowMs: number): number | undefined => {
  const delta = /^\d{6}$/.test(code) ? totpOf(secret, '').validate({ token: code, timestamp: nowMs, window }) : null;
  return delta === null ? undefined : Math.floor(nowMs / (periodS * 1000)) + delta;
};

/** A code as it is compared: without what people put in between. */
export const bareCode = (code: string): string => code.replaceAll(/[\s-]/g, '').toLowerCase();

/** 80 random bits, in groups of four, to be typed by a person. */
export const newTypedCode = (): string => {
  const { base32 } = new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer });
  return base32.toLowerCase().replaceAll(/(.{4})(?=.)/g, '$1-');
};

export const newRecoveryCodes = (): string[] => Array.from({ length: recoveryCodes }, newTypedCode);
