import type { Language } from '@kuluma/shared/model/base.ts';
import type { InboundSms } from '@kuluma/shared/model/messages.ts';
import type { MaintenanceOffer, Slot } from '@kuluma/shared/model/service.ts';
import { gsmText } from './gsm-text.ts';
import { readReply, type SmsReply } from './sms-reply.ts';
import { messageWords } from './words.ts';

type Meaning = InboundSms['meaning'];

/** What a text message means for the offer that it can be about. */
export const meaningOf = (
  text: string,
  offer: Pick<MaintenanceOffer, 'state' | 'slots' | 'renewedAtMs'> | undefined,
): { readonly meaning: Meaning; readonly slot?: Slot } => {
  const reply: SmsReply = readReply(text, offer?.slots.length ?? 0);
  if (reply.kind === 'stop') return { meaning: 'stop' };
  // Without an open offer no call would be on anybody's list: they are told whom to call.
  if (reply.kind === 'call') return { meaning: offer?.state === 'sent' ? 'call' : 'callUs' };
  if (!offer) return { meaning: 'nothing' };
  if (offer.state === 'expired') return { meaning: 'expired' };
  if (offer.state !== 'sent') return { meaning: 'answered' };
  if (reply.kind !== 'slot') return { meaning: reply.kind };
  // The number is one of the text message, whose times are no longer those of the offer.
  if (offer.renewedAtMs !== undefined) return { meaning: 'expired' };
  const slot = offer.slots[reply.number - 1];
  return slot ? { meaning: 'booked', slot } : { meaning: 'unclear' };
};

interface SmsFacts {
  readonly slot?: Slot;
  /** How many times were offered. */
  readonly slots: number;
  readonly timeZone: string;
  /** Of the person who answers questions. */
  readonly phone: string;
}

/** What the contact hears back, as a text message. */
export const answerText = (
  meaning: Meaning,
  language: Language,
  { slot, slots, timeZone, phone }: SmsFacts,
): string => {
  const words = messageWords(language);
  if (meaning === 'booked' && slot) {
    const window = words.timeRange(slot.arrivalFromMs, slot.arrivalToMs, timeZone);
    return gsmText(words.t('smsReply.booked', { day: words.day(slot.arrivalFromMs, timeZone), window }));
  }
  const numbers = Array.from({ length: slots }, (_, i) => i + 1).join(', ');
  return gsmText(words.t(`smsReply.${meaning}`, { numbers, phone }));
};
