import './decision-state.css';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { DecisionLine, DecisionView } from '@kuluma/shared/model/views/decision.ts';
import {
  IconArrowBackUp,
  IconCheck,
  IconClipboardCheck,
  IconClockPause,
  IconMail,
  IconPhone,
  IconX,
} from '@tabler/icons-react';
import { useWords } from '../parts/language.tsx';
import { momentText } from '../parts/sentences.ts';
import { useKeys } from '../parts/use-keys.ts';
import type { Words } from '../parts/words.ts';

/** An offer whose letter has not left is not sent yet. */
const toldState = ({ state, letter }: NonNullable<DecisionLine['offer']>) =>
  state === 'sent' && letter === 'waiting' ? 'waiting' : state;

/** Where a decision stands, in two or three words. */
export const stateText = (words: Words, decision: Pick<DecisionLine, 'state' | 'offer' | 'visit'>): string => {
  if (decision.visit) return words.t(`visitState.${decision.visit.state}`);
  if (decision.offer) return words.t(`offerState.${toldState(decision.offer)}`);
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

const decidedIcons = { approve: IconCheck, reject: IconX, postpone: IconClockPause } as const;

/** Who decided what, and the way back while nothing has left. */
const Decided = ({
  decision,
  decided,
  busy,
  onUndo,
}: {
  decision: DecisionView;
  decided: NonNullable<DecisionView['decided']>;
  busy: boolean;
  onUndo: () => void;
}) => {
  const words = useWords();
  const zone = decision.machine.timeZone;
  const Icon = decidedIcons[decided.decision];
  const canUndo = decided.canUndo && !busy;
  useKeys([{ key: 'u', does: 'keys.undo', act: () => canUndo && onUndo() }]);
  return (
    <>
      <p>
        <Icon size={18} aria-hidden="true" />
        <span>
          {words.t(`decision.decided.${decided.decision}`, {
            person: decided.personName ?? '',
            at: momentText(words, decided.decidedAt, zone),
            until: decision.postponedUntilAt ? words.day(Date.parse(decision.postponedUntilAt), zone) : '',
          })}{' '}
          {decided.reason !== null && words.t('decision.decided.reason', { reason: decided.reason })}
        </span>
      </p>
      {decided.canUndo && (
        <p className="decision-undo">
          <button type="button" className="button" aria-keyshortcuts="u" disabled={busy} onClick={onUndo}>
            <IconArrowBackUp size={16} aria-hidden="true" />
            {words.t('decision.undo')}
            <span className="key" aria-hidden="true">
              u
            </span>
          </button>
          {decided.decision === 'approve' && <span className="small">{words.t('decision.undoNote')}</span>}
        </p>
      )}
    </>
  );
};

/** What has happened since the decision: who decided, the offer and its answer, then the visit. */
export const DecisionState = ({
  decision,
  busy,
  onUndo,
}: {
  decision: DecisionView;
  busy: boolean;
  onUndo: () => void;
}) => {
  const words = useWords();
  const zone = decision.machine.timeZone;
  const { offer, visit, decided } = decision;
  if (!offer && !visit && !decided) return null;
  return (
    <section className="decision-state" aria-live="polite">
      {decided && <Decided decision={decision} decided={decided} busy={busy} onUndo={onUndo} />}
      {offer && (
        <p>
          <IconCheck size={18} aria-hidden="true" />
          {words.t(`decision.offer.${toldState({ state: offer.state, letter: offer.letter?.state ?? null })}`, {
            person: decision.contactName ?? decision.machine.owner?.name ?? '',
            day: words.day(Date.parse(offer.validUntilAt), zone),
            time: words.time(Date.parse(offer.validUntilAt), zone),
          })}
        </p>
      )}
      {offer?.callWish && (
        <p>
          <IconPhone size={18} aria-hidden="true" />
          {words.t(`decision.callWish.${offer.callWish}`)}
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
      {visit?.found && (
        <p>
          <IconClipboardCheck size={18} aria-hidden="true" />
          <span>
            {words.t(`verdict.${visit.found.verdict}`)}
            {visit.found.text !== '' && <span className="soft">: {visit.found.text}</span>}
          </span>
        </p>
      )}
    </section>
  );
};
