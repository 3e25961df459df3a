import { dayMs } from '@kuluma/shared/model/units.ts';
import { bad, type Finding, good } from './commands/finding.ts';
import type { CloudConfig } from './config.ts';
import { type SecurityContact, securityTextEndsAtMs } from './core/access/security-text.ts';

/** As configured; undefined where nobody is named. */
export const securityContactOf = ({ securityTxt, messages }: CloudConfig): SecurityContact | undefined => {
  const { contacts, validUntilOn, policyUrl } = securityTxt;
  if (contacts.length === 0 || validUntilOn === undefined) return undefined;
  return { contacts, validUntilOn, policyUrl, publicUrl: messages.publicUrl };
};

/** So long before the end somebody may be on leave. */
const noticeMs = 30 * dayMs;

/** Whether whoever finds a weakness learns whom to tell; nothing to say where nobody is named. */
export const checkSecurityContact = (config: CloudConfig, wallNowMs: number): Finding[] => {
  const contact = securityContactOf(config);
  if (!contact) return [];
  const leftMs = securityTextEndsAtMs(contact) - wallNowMs;
  const detail = `${contact.contacts[0]} until ${contact.validUntilOn}`;
  return leftMs > noticeMs
    ? [good('security', detail)]
    : [bad('security', detail, 'look whether the contacts are right, and set securityTxt.validUntilOn anew')];
};
