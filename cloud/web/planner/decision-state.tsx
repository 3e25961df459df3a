import './decision-state.css';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { IconCheck, IconMail } from '@tabler/icons-react';
import { useWords } from '../parts/language.tsx';
import { zoneOf } from '../parts/sentences.ts';
import type { Words } from '../parts/words.ts';

/** Where a decision stands, in two or three words. */
export const stateText = (words: Words, decision: DecisionView): string => {
  if (decision.visit) return words.t(`visitState.${decision.visit.state}`);
  if (decision.offer) return words.t(`offerState.${decision.offer.state}`);
  return words.t(`decisionState.${decision.state}`);
};

/** Whether the contact can know of the offer: a letter that cannot leave wants a call. */
const letterText = (
  words: Words,
  { state, reason }: NonNullable<NonNullable<DecisionView['offer']>['letter']>,
): string =>
  state === 'cancelled' || state === 'failed'
    ? words.coded('decision.letter', reason ?? state, words.t('decision.letter.failed'))
    : words.t(`decision.letter.${state}`);

/** What has happened since the decision: the offer and its answer, then the visit. */
export const DecisionState = ({ decision }: { decision: DecisionView }) => {
  const words = useWords();
  const zone = zoneOf(decision.machine);
  const { offer, visit } = decision;
  if (!offer && !visit) return null;
  return (
    <section className="decision-state" aria-live="polite">
      {offer && (
        <p>
          <IconCheck size={18} aria-hidden="true" />
          {words.t(`decision.offer.${offer.state}`, {
            person: decision.contactName ?? decision.machine.owner?.name ?? '',
            day: words.day(Date.parse(offer.validUntilAt), zone),
            time: words.time(Date.parse(offer.validUntilAt), zone),
          })}
        </p>
      )}
      {offer?.letter && offer.state === 'sent' && (
        <p>
          <IconMail size={18} aria-hidden="true" />
          {letterText(words, offer.letter)}
        </p>
      )}
      {visit && (
        <p>
          <IconCheck size={18} aria-hidden="true" />
          {words.t(`decision.visit.${visit.state}`, {
            technician: visit.technicianName,
            day: words.day(Date.parse(visit.startAt), zone),
            time: words.time(Date.parse(visit.startAt), zone),
            week: isoWeekOf(Date.parse(visit.startAt), zone),
          })}
        </p>
      )}
    </section>
  );
};
