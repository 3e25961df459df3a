import './slot-options.css';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import { readableName } from '@kuluma/shared/model/sentences.ts';
import type { DecisionView, SlotView } from '@kuluma/shared/model/views/decision.ts';
import { useWords } from '../parts/language.tsx';
import { ZoneNote } from '../parts/zone-note.tsx';
import { reasonText } from './reason-text.ts';

/** The times that would be offered, cheapest first, with what each costs and why; or why there are none. */
export const SlotOptions = ({ decision }: { decision: DecisionView }) => {
  const words = useWords();
  const zone = decision.machine.timeZone;
  return (
    <>
      <ol className="slots">
        {decision.slots.map((slot) => (
          <SlotOption key={slot.slotId} slot={slot} zone={zone} />
        ))}
      </ol>
      {decision.slots.length > 0 && <ZoneNote atMs={Date.parse(decision.slots[0]?.startAt ?? '')} timeZone={zone} />}
      {decision.reasons.length > 0 && (
        <ul className="slot-reasons small soft">
          {decision.reasons.slice(0, 4).map((reason) => (
            <li key={`${reason.technicianName}.${reason.code}.${reason.onDay}`}>{reasonText(words, reason, zone)}</li>
          ))}
        </ul>
      )}
    </>
  );
};

const SlotOption = ({ slot, zone }: { slot: SlotView; zone: string }) => {
  const words = useWords();
  const startMs = Date.parse(slot.startAt);
  return (
    <li>
      <p className="slot-day">
        {words.t('time.dayWeek', { day: words.day(startMs, zone), week: isoWeekOf(startMs, zone) })}
      </p>
      <p>
        {words.t('slot.arrival', {
          window: words.timeRange(Date.parse(slot.arrivalFromAt), Date.parse(slot.arrivalToAt), zone),
        })}
      </p>
      <p>
        {slot.technicianName}
        {slot.secondTechnicianName && ` · ${words.t('slot.with', { technician: slot.secondTechnicianName })}`}
      </p>
      <p className="soft">
        {slot.viaDepotName
          ? words.t('slot.travelVia', {
              km: words.number(slot.travelKm),
              minutes: words.number(slot.travelMin),
              depot: slot.viaDepotName,
            })
          : words.t('slot.travel', { km: words.number(slot.travelKm), minutes: words.number(slot.travelMin) })}
      </p>
      <dl className="slot-cost">
        {Object.entries(slot.costTerms).map(([term, cents]) => (
          <div key={term}>
            <dt>{words.coded('costTerm', term, readableName(term))}</dt>
            <dd className="number">{words.money(cents)}</dd>
          </div>
        ))}
        <div className="slot-total">
          <dt>{words.t('slot.total')}</dt>
          <dd className="number">{words.money(slot.costCents)}</dd>
        </div>
      </dl>
    </li>
  );
};
