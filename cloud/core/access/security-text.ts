import { instantOf } from '../calendar/local-time.ts';

/** Whom somebody tells who has found a weakness of this service (RFC 9116). */
export interface SecurityContact {
  /** Each a `mailto:`, `https:` or `tel:` address, the preferred one first. */
  readonly contacts: readonly string[];
  /** The last day on which that is true (UTC). */
  readonly validUntilOn: string;
  readonly policyUrl: string | undefined;
  /** Of the pages, where it is known. */
  readonly publicUrl: string | undefined;
}

export const securityTextEndsAtMs = ({ validUntilOn }: Pick<SecurityContact, 'validUntilOn'>): number =>
  instantOf(validUntilOn, '24:00', 'UTC');

/** The file (RFC 9116, section 2.5). */
export const securityText = (contact: SecurityContact): string =>
  [
    ...contact.contacts.map((one) => `Contact: ${one}`),
    `Expires: ${new Date(securityTextEndsAtMs(contact)).toISOString()}`,
    'Preferred-Languages: fi, sv, en',
    ...(contact.publicUrl ? [`Canonical: ${contact.publicUrl}/.well-known/security.txt`] : []),
    ...(contact.policyUrl ? [`Policy: ${contact.policyUrl}`] : []),
    '',
  ].join('\n');
