import type { Message, MessageChannel, MessagePreference } from '@kuluma/shared/model/messages.ts';
import type { Contact } from '@kuluma/shared/model/parties.ts';
import { asksByNumber, needsPage, preferenceFor } from './message-kinds.ts';

/** A phone number in the form of E.164, from how people write it; undefined when it is none. */
export const phoneNumberOf = (text: string, homeCountry: string): string | undefined => {
  const plain = text.replace(/[\s().-]/g, '');
  const full = plain.startsWith('00')
    ? `+${plain.slice(2)}`
    : plain.startsWith('0')
      ? homeCountry + plain.slice(1)
      : plain;
  return /^\+[1-9]\d{6,14}$/.test(full) ? full : undefined;
};

/** Which ways there are, and what goes that way now. */
export type Dispatch =
  | { readonly channel: MessageChannel; readonly to: string; readonly messages: readonly Message[] }
  | 'noAddress'
  /** The number has another open offer: a reply of "1" would mean two things. */
  | 'later';

/**
 * How messages of one letter leave. A text message holds one message, and one offer at a time is open on a number: what
 * is more goes by e-mail, or waits for it.
 */
export const dispatchOf = (
  messages: readonly Message[],
  contact: Pick<Contact, 'email' | 'phone'>,
  preferences: readonly MessagePreference[],
  ways: {
    readonly email: boolean;
    readonly sms: boolean;
    readonly homeCountry: string;
    readonly hasOpenOffer: boolean;
  },
): Dispatch => {
  const [first] = messages;
  if (!first) return 'noAddress';
  const email = ways.email && contact.email !== '';
  const number = ways.sms && !messages.some(needsPage) ? phoneNumberOf(contact.phone, ways.homeCountry) : undefined;
  const wantsSms = preferenceFor(preferences, first)?.channel === 'sms';
  // What was begun one way is repeated that way.
  const begun = first.channel;
  const byEmail = { channel: 'email' as const, to: contact.email, messages };
  if (begun === 'email') return email ? byEmail : 'noAddress';
  if (number !== undefined && (begun === 'sms' || wantsSms || !email)) {
    const isBlocked = begun === null && ways.hasOpenOffer && asksByNumber(first);
    if (!isBlocked && (messages.length === 1 || !email)) return { channel: 'sms', to: number, messages: [first] };
    return email ? byEmail : 'later';
  }
  return email ? byEmail : 'noAddress';
};
