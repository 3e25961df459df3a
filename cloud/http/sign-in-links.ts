import { asAppError } from '@kuluma/shared/errors.ts';
import type { Id, Language } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { MailChannel } from '../channel-ports.ts';
import { askedLink } from '../core/access/session-life.ts';
import { writeSignInLetter } from '../core/messages/sign-in-letter/sign-in-letter.ts';
import { needed } from '../pipelines/lookup.ts';
import { createSignInLink, type SignInDeps } from './principal.ts';

/** How links reach people by letter. The address of the pages is never taken from a request, which anybody can make up. */
export interface LinkMail {
  readonly channel: MailChannel;
  readonly publicUrl: string;
}

/** Somebody who may sign in. */
interface Reader {
  readonly organisationId: Id<'organisation'>;
  readonly name: string;
  readonly email: string;
  readonly language: Language;
  readonly who: Pick<RecordOf<'session'>, 'personId' | 'contactId' | 'roles'>;
}

export const ofPerson = ({ id, roles, ...person }: RecordOf<'person'>): Reader => ({
  ...person,
  who: { personId: id, contactId: null, roles },
});

const ofContact = ({ id, ...contact }: RecordOf<'contact'>): Reader => ({
  ...contact,
  who: { personId: null, contactId: id, roles: ['owner'] },
});

/**
 * A link for one person that works once: its page asks before it uses the link up, so that no mail reader does.
 * @param publicUrl where people reach the pages, without a slash at its end.
 */
export const linkFor = async (
  deps: SignInDeps,
  { organisationId, who }: Pick<Reader, 'organisationId' | 'who'>,
  { publicUrl, lifeMs }: { publicUrl: string; lifeMs: number },
): Promise<string> => {
  const secret = await createSignInLink(deps, { ...who, organisationId, isOnce: true }, lifeMs);
  return `${publicUrl}/sign-in/#once.${secret}`;
};

/** Sends one person a link. @throws AppError as the mail channel does */
export const sendLink = async (deps: SignInDeps, mail: LinkMail, reader: Reader, lifeMs: number): Promise<void> => {
  const url = await linkFor(deps, reader, { publicUrl: mail.publicUrl, lifeMs });
  const { organisationId, language, name } = reader;
  const organisation = needed(await deps.records.get('organisation', organisationId, organisationId), 'organisation');
  const { name: company, timeZone } = organisation;
  const letter = writeSignInLetter({ language, name, company, url, untilMs: deps.wallNow() + lifeMs, timeZone });
  await mail.channel.send({ id: crypto.randomUUID(), to: reader.email, ...letter });
};

const askedTooOften = async (deps: SignInDeps, { organisationId, who }: Reader): Promise<boolean> => {
  const where = who.personId ? { personId: who.personId } : { contactId: who.contactId ?? '' };
  const createdFromMs = deps.clock.now() - askedLink.lifeMs * deps.clock.rate;
  const recent = await deps.records.list('session', organisationId, { where, createdFromMs });
  return recent.filter(({ kind, isOnce }) => kind === 'signInLink' && isOnce).length >= askedLink.most;
};

/**
 * Sends everybody who has this address a link for each company that knows it. Whoever asks learns nothing of who is
 * known: what goes wrong is in the log.
 */
export const sendAskedLinks = async (
  deps: SignInDeps & { readonly log: Logger },
  mail: LinkMail,
  email: string,
): Promise<void> => {
  const { persons, contacts } = await deps.records.findByEmail(email);
  const readers = [
    ...persons.filter(({ roles }) => roles.length > 0).map(ofPerson),
    ...contacts.filter(({ endedAtMs }) => endedAtMs === undefined).map(ofContact),
  ];
  for (const reader of readers) {
    const { personId, contactId } = reader.who;
    const whose = { personId, contactId };
    if (await askedTooOften(deps, reader)) {
      deps.log.warn(whose, 'a sign-in link was asked for too often');
      continue;
    }
    try {
      await sendLink(deps, mail, reader, askedLink.lifeMs);
    } catch (error) {
      const { code, message } = asAppError(error);
      deps.log.warn({ ...whose, code, reason: message }, 'a sign-in link was not sent');
    }
  }
};
