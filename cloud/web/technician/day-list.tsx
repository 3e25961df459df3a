import './day-list.css';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { DayView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import { IconChevronRight } from '@tabler/icons-react';
import { useWords } from '../parts/language.tsx';
import { hrefOf } from '../parts/router.ts';
import { workSentence } from '../parts/sentences.ts';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { AskedParts } from './asked-parts.tsx';
import { dayGroups, noonMs } from './day-groups.ts';
import { MyVan } from './my-van.tsx';
import { usePhoneState } from './offline/phone-provider.tsx';

/** Today first, then what is coming, one card for each visit. `gone` tells that the visit asked for is not here. */
export const DayList = ({ day, gone }: { day: DayView; gone: boolean }) => {
  const words = useWords();
  const groups = dayGroups(day);
  const hasToday = groups.some((group) => group.onDay === day.today);
  const dayText = (onDay: string) =>
    words.t('time.dayWeek', { day: words.day(noonMs(onDay), 'UTC'), week: isoWeekOf(noonMs(onDay), 'UTC') });
  return (
    <>
      <h1 className="day-title">{words.t('day.title', { name: day.technicianName })}</h1>
      {gone && <p role="status">{words.t('day.gone')}</p>}
      {!hasToday && (
        <section className="day-group">
          <h2>{words.t('day.today', { day: dayText(day.today) })}</h2>
          <p className="soft">{words.t('day.empty')}</p>
        </section>
      )}
      <AskedParts parts={day.askedParts ?? []} />
      {groups.map((group) => (
        <section className="day-group" key={group.onDay}>
          <h2>
            {group.onDay === day.today ? words.t('day.today', { day: dayText(group.onDay) }) : dayText(group.onDay)}
          </h2>
          <ol>
            {group.visits.map((visit) => (
              <li key={visit.visitId}>
                <VisitCard visit={visit} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      <MyVan van={day.van ?? []} />
    </>
  );
};

const VisitCard = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const { site } = visit.machine;
  const isQueued = usePhoneState().acts.some(({ visitId }) => visitId === visit.visitId);
  return (
    <a className="visit-card" href={hrefOf('visits', visit.visitId)}>
      <span className="visit-card-time">
        {words.timeRange(Date.parse(visit.arrivalFromAt), Date.parse(visit.arrivalToAt), visit.machine.timeZone)}
        {isQueued && <span className="visit-card-state">{words.t('phone.queued')}</span>}
        {visit.state !== 'booked' && <span className="visit-card-state">{words.t(`visitState.${visit.state}`)}</span>}
      </span>
      <span className="visit-card-work">
        <TagSentence text={workSentence(words, visit)} tag={visit.machine.tag} />
      </span>
      {site && (
        <span className="soft">
          {site.name}, {site.streetAddress}, {site.municipality}
        </span>
      )}
      <span className="soft">{words.t('visit.partsCount', { count: visit.parts.length })}</span>
      <IconChevronRight className="visit-card-go" size={20} aria-hidden="true" />
    </a>
  );
};
