import type { ContractEntry, Covers } from '@kuluma/shared/model/agreements.ts';
import { calendarDay, dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { MachineServiceView } from '@kuluma/shared/model/views/machine-service.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';

interface Dates {
  readonly fromAt: string;
  readonly toAt: string | null;
}

const periodText = (words: Words, { fromAt, toAt }: Dates, timeZone: string): string =>
  toAt
    ? words.dayRange(Date.parse(fromAt), Date.parse(toAt), timeZone)
    : words.t('agreements.since', { day: words.date(Date.parse(fromAt), timeZone) });

const holdsText = (words: Words, { fromOn, untilOn }: Pick<ContractEntry, 'fromOn' | 'untilOn'>, today: string) => {
  if (untilOn !== null && untilOn < today) return words.t('agreements.ended', { day: calendarDay(words, untilOn) });
  const until =
    untilOn === null ? words.t('agreements.open') : words.t('agreements.until', { day: calendarDay(words, untilOn) });
  return fromOn > today ? `${words.t('agreements.from', { day: calendarDay(words, fromOn) })} ${until}` : until;
};

const coversText = (words: Words, covers: Covers): string =>
  covers.length === 0
    ? words.t('agreements.coversNone')
    : words.t('agreements.covers', { what: covers.map((kind) => words.t(`setUp.word.${kind}`)).join(', ') });

/** What somebody else than the owner pays of a visit, and until when. */
const Agreed = ({ service: { warranty, contract }, today }: { service: MachineServiceView; today: string }) => {
  const words = useWords();
  return (
    <section className="machine-list" aria-label={words.t('agreements.title')}>
      <h2>{words.t('agreements.title')}</h2>
      {!warranty && !contract && <p className="soft">{words.t('agreements.none')}</p>}
      {warranty?.untilOn && warranty.untilOn >= today && <Link to="/contracts">{words.t('contracts.title')}</Link>}
      <ul>
        {[warranty, contract].map(
          (agreed) =>
            agreed && (
              <li key={'number' in agreed ? 'contract' : 'warranty'}>
                <p>
                  <strong>
                    {'number' in agreed
                      ? words.t('agreements.contract', { number: agreed.number })
                      : words.t('agreements.warranty')}
                  </strong>{' '}
                  <span className="soft">{holdsText(words, agreed, today)}</span>
                </p>
                <p>{coversText(words, agreed.covers)}</p>
                {'number' in agreed && (
                  <p>
                    {words.t('agreements.price', {
                      month: words.money(agreed.monthlyCents),
                      visit: words.money(agreed.visitCents),
                    })}
                  </p>
                )}
                {agreed.terms !== '' && <p className="small soft">{agreed.terms}</p>}
              </li>
            ),
        )}
      </ul>
    </section>
  );
};

/** Whose the machine is, what is agreed for it, whom to call, what may be sent to them, and what the contract lets its data be used for. */
export const MachineAgreements = ({
  service,
  nowMs,
  timeZone,
}: {
  service: MachineServiceView;
  nowMs: number;
  timeZone: string;
}) => {
  const words = useWords();
  const { owners, contacts, dataLicence, commissionedAt } = service;
  return (
    <>
      <section className="machine-list" aria-label={words.t('agreements.owners')}>
        <h2>{words.t('agreements.owners')}</h2>
        {owners.length === 0 && <p className="soft">{words.t('agreements.noOwner')}</p>}
        <ul>
          {owners.map((owner) => (
            <li key={`${owner.ownerId} ${owner.fromAt}`}>
              <strong>{owner.name}</strong> <span className="soft">{periodText(words, owner, timeZone)}</span>
            </li>
          ))}
        </ul>
        <p className="soft">
          {words.t('agreements.commissioned', { day: words.date(Date.parse(commissionedAt), timeZone) })}
        </p>
      </section>
      <Agreed service={service} today={dayKeyOf(nowMs, timeZone)} />
      <section className="machine-list" aria-label={words.t('agreements.contacts')}>
        <h2>{words.t('agreements.contacts')}</h2>
        {contacts.length === 0 && <p className="soft">{words.t('agreements.noContact')}</p>}
        <ul>
          {contacts.map((contact) => (
            <li key={contact.contactId}>
              <p>
                <strong>{contact.name}</strong>{' '}
                <span className="soft">{contact.roles.map((role) => words.t(`setUp.word.${role}`)).join(', ')}</span>
              </p>
              <p className="contact-ways">
                {contact.phone !== '' && <a href={`tel:${contact.phone.replaceAll(' ', '')}`}>{contact.phone}</a>}
                {contact.email !== '' && <a href={`mailto:${contact.email}`}>{contact.email}</a>}
              </p>
              {contact.allows.length === 0 && <p className="soft">{words.t('agreements.allowsNothing')}</p>}
              {contact.allows.map(({ messageClass, legalBasis }) => (
                <p className="small soft" key={messageClass}>
                  {words.t('agreements.allows', {
                    what: words.t(`messageClass.${messageClass}`),
                    basis: words.t(`setUp.word.${legalBasis}`),
                  })}
                </p>
              ))}
            </li>
          ))}
        </ul>
      </section>
      <section className="machine-list" aria-label={words.t('agreements.data')}>
        <h2>{words.t('agreements.data')}</h2>
        {dataLicence ? (
          <>
            <p className="soft">{periodText(words, dataLicence, timeZone)}</p>
            <p>
              {words.t('agreements.use', {
                purposes: dataLicence.purposes.map((purpose) => words.t(`setUp.word.${purpose}`)).join(', '),
              })}
            </p>
          </>
        ) : (
          <p>{words.t('agreements.noLicence')}</p>
        )}
      </section>
    </>
  );
};
