import './visit-page.css';
import { arrivalText, zoneOf } from '@kuluma/shared/model/sentences.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { IconArrowLeft, IconCircleCheck, IconMapPin, IconPackage, IconPhone } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { DriverList } from '../parts/driver-list.tsx';
import { useWords } from '../parts/language.tsx';
import { hrefOf } from '../parts/router.ts';
import { workSentence } from '../parts/sentences.ts';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { useFocusBack } from '../parts/use-focus-back.ts';
import { ZoneNote } from '../parts/zone-note.tsx';
import { usePhone, usePhoneState } from './offline/phone.tsx';
import { RefusedAct } from './refused-act.tsx';
import { ReportForm } from './report-form.tsx';

const mapHref = ({ latitude, longitude }: { latitude: number; longitude: number }): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;

/** One visit: when, where, why, with what; and at its end, what was found. */
export const VisitPage = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const [reporting, setReporting] = useState(false);
  const heading = useFocusBack(`${visit.state} ${reporting}`);
  useEffect(() => window.scrollTo(0, 0), []);
  const zone = zoneOf(visit.machine);
  const arrivalMs = Date.parse(visit.arrivalFromAt);
  const done = visit.state === 'done';
  const phone = usePhone();
  const refused = usePhoneState().acts.find(({ visitId, refusal }) => visitId === visit.visitId && refusal !== null);
  const next = visit.state === 'booked' ? 'onTheWay' : visit.state === 'onTheWay' ? 'working' : null;
  return (
    <article className="visit">
      <header>
        <a className="visit-back" href={hrefOf()}>
          <IconArrowLeft size={20} aria-hidden="true" />
          {words.t('visit.back')}
        </a>
        <h1 ref={heading} tabIndex={-1}>
          <TagSentence text={workSentence(words, visit)} tag={visit.machine.tag} />
        </h1>
        <p className="visit-time">{arrivalText(words, visit.arrivalFromAt, visit.arrivalToAt, zone)}</p>
        <ZoneNote atMs={arrivalMs} timeZone={zone} />
      </header>
      {done && (
        <p className="visit-done" role="status">
          <IconCircleCheck size={24} aria-hidden="true" />
          {words.t('visit.done')}
        </p>
      )}
      {refused && <RefusedAct act={refused} version={visit.version} />}
      {reporting && !done ? (
        <ReportForm visit={visit} onCancel={() => setReporting(false)} />
      ) : (
        <>
          <VisitFacts visit={visit} />
          {!done && visit.state !== 'cancelled' && (
            <div className="thumb-bar">
              {next && (
                <button
                  type="button"
                  className="button primary"
                  onClick={() => void phone.act(visit, next, { state: next })}
                >
                  {words.t(`phone.${next}`)}
                </button>
              )}
              <button type="button" className={next ? 'button' : 'button primary'} onClick={() => setReporting(true)}>
                {words.t('report.open')}
              </button>
            </div>
          )}
        </>
      )}
    </article>
  );
};

const VisitFacts = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const { machine, contact } = visit;
  return (
    <>
      {machine.site && (
        <section className="visit-site">
          <div>
            <h2>{machine.site.name}</h2>
            <p>
              {machine.site.streetAddress}, {machine.site.municipality}
            </p>
            <p className="soft">
              {words.t('slot.travel', { km: words.number(visit.travelKm), minutes: words.number(visit.travelMin) })}
            </p>
          </div>
          <a className="button" href={mapHref(machine.site.location)} target="_blank" rel="noreferrer">
            <IconMapPin size={20} aria-hidden="true" />
            {words.t('visit.map')}
          </a>
          {contact && (
            <a className="button" href={`tel:${contact.phone.replaceAll(' ', '')}`}>
              <IconPhone size={20} aria-hidden="true" />
              {words.t('visit.call', { name: contact.name })}
            </a>
          )}
        </section>
      )}
      <section>
        <h2>{words.t('visit.machine')}</h2>
        <p>
          {machine.tag} · {words.own(machine.modelName)}
        </p>
        <p className="soft">{words.t('visit.serial', { serial: machine.serialNumber })}</p>
      </section>
      <section>
        <h2>{words.t('visit.why')}</h2>
        <p>{words.t(`failureMode.${visit.failureModeCode}`)}</p>
        <DriverList drivers={visit.drivers} />
      </section>
      <section>
        <h2>{words.t('visit.parts')}</h2>
        {visit.parts.length === 0 && <p className="soft">{words.t('part.none')}</p>}
        <ul className="visit-parts">
          {visit.parts.map((part) => (
            <li key={part.partId}>
              <IconPackage size={20} aria-hidden="true" />
              <span>
                {words.t('part.quantity', { quantity: part.quantity, name: words.own(part.name) })}
                <span className="soft visit-part-number">{part.number}</span>
              </span>
              <span className="visit-part-from">
                {part.from === 'depot' && visit.viaDepotName
                  ? words.t('part.fromDepot', { depot: visit.viaDepotName })
                  : words.t(`part.from.${part.from}`)}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
};
