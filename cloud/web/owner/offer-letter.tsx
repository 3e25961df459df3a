import './offer-letter.css';
import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { IconCircleCheck } from '@tabler/icons-react';
import { DriverList } from '../parts/driver-list.tsx';
import { useWords } from '../parts/language.tsx';
import { PriceTable } from '../parts/price-table.tsx';
import { arrivalText, offerSentence, riskWord, zoneOf } from '../parts/sentences.ts';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { useFocusBack } from '../parts/use-focus-back.ts';
import { AnswerForm } from './answer-form.tsx';
import { waitingPoints } from './waiting-points.ts';

/** The offer as a letter: what we found, what we propose, what it costs, what waiting means, and the answer. */
export const OfferLetter = ({ me, offer }: { me: MeView; offer: OfferView }) => {
  const words = useWords();
  const zone = zoneOf(offer.machine);
  const { machine } = offer;
  const heading = useFocusBack(offer.state);
  return (
    <article className="offer">
      <header>
        <h1 ref={heading} tabIndex={-1}>
          <TagSentence text={offerSentence(words, offer)} tag={machine.tag} />
        </h1>
        <p className="soft">
          {words.t('offer.machine', {
            machine: machine.tag,
            model: words.own(machine.modelName),
            site: machine.site?.name ?? '–',
          })}
        </p>
      </header>
      <OfferState offer={offer} />
      <section>
        <h2>{words.t('offer.found')}</h2>
        <p>
          {words.t('offer.foundLead', {
            component: words.own(offer.componentName),
          })}
        </p>
        <DriverList drivers={offer.drivers} />
        <p className="offer-consequence">{words.t(`consequence.${offer.failureModeCode}`)}</p>
      </section>
      <section>
        <h2>{words.t('offer.propose')}</h2>
        <p>
          {words.t(`offer.propose.${offer.action}`, {
            component: midSentence(words.own(offer.componentName)),
            duration: offer.durationMin,
          })}
        </p>
      </section>
      <section>
        <h2>{words.t('offer.cost')}</h2>
        <PriceTable lines={offer.lines} parts={offer.parts} total={offer.total} withVat />
        <p className="small soft">{words.t('offer.costNote')}</p>
      </section>
      {offer.riskOfWaiting.length > 1 && offer.state === 'sent' && (
        <section>
          <h2>{words.t('offer.wait')}</h2>
          <ul className="waiting">
            {waitingPoints(offer.riskOfWaiting).map((point) => (
              <li key={point.at}>
                <span>{words.t('offer.waitUntil', { day: words.day(Date.parse(point.at), zone) })}</span>
                <span className="soft">
                  {words.t(`risk.${riskWord(point.failureProbability)}`, {
                    probability: words.percent(point.failureProbability),
                  })}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {offer.state === 'sent' && <AnswerForm me={me} offer={offer} />}
      <PersonCard offer={offer} />
    </article>
  );
};

/** What came of the offer: the booked time, a no, a call, or that its time ran out. */
const OfferState = ({ offer }: { offer: OfferView }) => {
  const words = useWords();
  const zone = zoneOf(offer.machine);
  if (offer.visit) {
    const { arrivalFromAt, arrivalToAt, technicianName, state } = offer.visit;
    return (
      <div className="offer-state good" role="status">
        <IconCircleCheck size={24} aria-hidden="true" />
        <div>
          <p className="offer-state-what">{words.t(`offer.visit.${state}`)}</p>
          <p>{arrivalText(words, arrivalFromAt, arrivalToAt, zone, isoWeekOf(Date.parse(arrivalFromAt), zone))}</p>
          <p>{words.t('offer.technician', { name: technicianName })}</p>
        </div>
      </div>
    );
  }
  if (offer.state === 'sent')
    return (
      <p className="soft">
        {words.t('offer.validUntil', {
          day: words.day(Date.parse(offer.validUntilAt), zone),
          time: words.time(Date.parse(offer.validUntilAt), zone),
        })}
      </p>
    );
  return (
    <div className="offer-state" role="status">
      <div>
        <p className="offer-state-what">{words.t(`offer.answered.${offer.state}`)}</p>
        <p>
          {words.t(`offer.next.${offer.state}`, {
            name: offer.person.name,
            phone: offer.person.phone.replaceAll(' ', '\u00a0'),
          })}
        </p>
      </div>
    </div>
  );
};

const PersonCard = ({ offer }: { offer: OfferView }) => {
  const words = useWords();
  const { name, phone, email } = offer.person;
  return (
    <address className="person">
      <p>{words.t('offer.person')}</p>
      <p className="person-name">
        {name}, {offer.serviceCompany}
      </p>
      <p className="person-ways">
        <a href={`tel:${phone.replaceAll(' ', '')}`}>{phone}</a>
        <a href={`mailto:${email}`}>{email}</a>
      </p>
    </address>
  );
};
