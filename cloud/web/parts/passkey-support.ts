import { browserSupportsWebAuthn } from '@simplewebauthn/browser';

/** A passkey belongs to a name: at a bare address, as on first use, no browser makes one. */
export const hasPasskeys = (): boolean =>
  browserSupportsWebAuthn() && window.isSecureContext && !/^[\d.]+$|:/.test(window.location.hostname);
