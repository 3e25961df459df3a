import type { MachineServiceView } from '@kuluma/shared/model/views/machine-service.ts';
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

/** Whose the machine is, whom to call, what may be sent to them, and what the contract lets its data be used for. */
export const MachineAgreements = ({ service, timeZone }: { service: MachineServiceView; timeZone: string }) => {
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
