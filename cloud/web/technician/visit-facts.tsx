import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { IconPackage, IconPhone } from '@tabler/icons-react';
import { DriverList } from '../parts/driver-list.tsx';
import { useWords } from '../parts/language.tsx';

/** Where the machine stands, and whom to call there. */
export const SiteFacts = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const { machine, contact } = visit;
  if (!machine.site) return null;
  return (
    <section className="visit-site">
      <div>
        <h3>{machine.site.name}</h3>
        <p>
          {machine.site.streetAddress}, {machine.site.municipality}
        </p>
        <p className="soft">
          {words.t('slot.travel', { km: words.number(visit.travelKm), minutes: words.number(visit.travelMin) })}
        </p>
        {visit.companionName && <p>{words.t('slot.with', { technician: visit.companionName })}</p>}
      </div>
      {contact && (
        <a className="button" href={`tel:${contact.phone.replaceAll(' ', '')}`}>
          <IconPhone size={20} aria-hidden="true" />
          {words.t('visit.call', { name: contact.name })}
        </a>
      )}
    </section>
  );
};

/** Which machine, and what the forecast says of it. */
export const MachineFacts = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const { machine } = visit;
  return (
    <>
      <section>
        <h3>{words.t('visit.machine')}</h3>
        <p>
          {machine.tag} · {words.own(machine.modelName)}
        </p>
        <p className="soft">{words.t('visit.serial', { serial: machine.serialNumber })}</p>
      </section>
      <section>
        <h3>{words.t('visit.why')}</h3>
        {visit.failureModeCode && <p>{words.t(`failureMode.${visit.failureModeCode}`)}</p>}
        <DriverList drivers={visit.drivers} />
      </section>
    </>
  );
};

/** The kit of the visit and where it lies. */
export const PartFacts = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  return (
    <section>
      <h3>{words.t('visit.parts')}</h3>
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
  );
};
