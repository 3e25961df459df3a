import {
  type Message,
  type MessagePreference,
  type MessagePurpose,
  type MessageTemplate,
  messagePurposes,
  type PassReason,
} from '@kuluma/shared/model/messages.ts';
import type { MessageClass } from '@kuluma/shared/model/parties.ts';

/** What each message is for. */
export const purposeOf = {
  offer: 'offers',
  offerReminder: 'offers',
  booked: 'visits',
  changed: 'visits',
  cancelled: 'visits',
  notNeeded: 'visits',
  dayReminder: 'visits',
  hourReminder: 'visits',
  onTheWay: 'visits',
  done: 'results',
  allIsWell: 'results',
  satisfaction: 'results',
  caseAnswer: 'visits',
  contractOffer: 'contracts',
  contractReminder: 'contracts',
  contractMade: 'contracts',
  contractEnds: 'contracts',
} as const satisfies Record<MessageTemplate, MessagePurpose>;

/** As what the messages of a purpose are sent: what sells needs consent, the rest belongs to the service. */
export const classOfPurpose = {
  offers: 'serviceNotice',
  visits: 'serviceNotice',
  results: 'serviceNotice',
  contracts: 'marketingOffer',
} as const satisfies Record<MessagePurpose, MessageClass>;

export const purposesOfClass = (messageClass: MessageClass): MessagePurpose[] =>
  messagePurposes.filter((purpose) => classOfPurpose[purpose] === messageClass);

/** What the contact said of such messages: of the purpose, else of the whole class. */
export const preferenceFor = (
  preferences: readonly MessagePreference[],
  { template, messageClass }: Pick<Message, 'template' | 'messageClass'>,
): MessagePreference | undefined =>
  preferences.find(({ purpose }) => purpose === purposeOf[template]) ??
  preferences.find((one) => one.purpose === undefined && one.messageClass === messageClass);

/** Why the message need not wait as others do; undefined when it waits. */
export const passReasonOf = ({
  template,
  messageClass,
  createdBy,
}: Pick<Message, 'template' | 'messageClass' | 'createdBy'>): PassReason | undefined => {
  if (messageClass === 'safetyNotice') return 'safety';
  if (template === 'onTheWay') return 'onTheWay';
  if (template === 'caseAnswer' || template === 'contractMade') return 'answer';
  if (purposeOf[template] !== 'visits' && template !== 'done') return undefined;
  return template === 'booked' || createdBy.kind === 'contact' ? 'answer' : 'appointment';
};

/** Offers, of which one can be open on a phone number. */
export const asksByNumber = ({ template }: Pick<Message, 'template'>): boolean =>
  template === 'offer' || template === 'offerReminder';

/** What has its answer on a page, which a text message cannot open safely, goes by e-mail. */
export const needsPage = ({ template }: Pick<Message, 'template'>): boolean =>
  template === 'satisfaction' || template === 'caseAnswer' || purposeOf[template] === 'contracts';

/** Messages about something that ends on a day: an offer, and the warranty that a contract would follow. */
export const hasDeadline = ({ template }: Pick<Message, 'template'>): boolean =>
  purposeOf[template] === 'offers' || purposeOf[template] === 'contracts';
