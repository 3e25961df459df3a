import './asked-parts.css';
import { newId } from '@kuluma/shared/model/base.ts';
import type { VanReturnCommand } from '@kuluma/shared/model/views/commands.ts';
import type { DayView } from '@kuluma/shared/model/views/visit.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { browserRandom } from '../parts/random.ts';
import { inNoVisit } from './offline/acts.ts';
import { usePhone, usePhoneState } from './offline/phone-provider.tsx';
import { RefusedAct } from './refused-act.tsx';
import { Stepper } from './stepper.tsx';

type InVan = NonNullable<DayView['van']>[number];

/** What lies in the van for no visit, and the way of it back to the depot. */
export const MyVan = ({ van }: { van: readonly InVan[] }) => {
  const words = useWords();
  const refused = usePhoneState().acts.find(({ visitId, refusal }) => visitId === inNoVisit.visitId && refusal);
  const carried = van.filter(({ quantity }) => quantity > 0);
  if (carried.length === 0 && !refused) return null;
  return (
    <section className="day-group asked-parts">
      {refused && <RefusedAct act={refused} version={inNoVisit.version} />}
      <details>
        <summary>{words.t('van.title', { count: carried.length })}</summary>
        <ul>
          {carried.map((part) => (
            <VanPart key={part.partId} part={part} />
          ))}
        </ul>
      </details>
    </section>
  );
};

const VanPart = ({ part }: { part: InVan }) => {
  const words = useWords();
  const phone = usePhone();
  const [giving, setGiving] = useState<number | null>(null);
  const { partId, number, quantity } = part;
  const send = async (pieces: number) => {
    const back: Omit<VanReturnCommand, 'idempotencyKey'> = {
      ...{ vanReturnId: newId('stockMovement', browserRandom), partId, quantity: pieces },
    };
    if (await phone.act(inNoVisit, 'vanReturn', back)) setGiving(null);
  };
  return (
    <li>
      <span>{words.t('part.quantity', { quantity, name: `${number} ${words.own(part.name)}` })}</span>
      {giving === null ? (
        <button
          type="button"
          className="button"
          aria-label={words.t('van.giveBackOf', { number })}
          onClick={() => setGiving(quantity)}
        >
          {words.t('van.giveBack')}
        </button>
      ) : (
        <>
          <Stepper
            label={words.t('ask.partCount')}
            value={giving}
            step={1}
            max={quantity}
            onChange={(pieces) => setGiving(Math.max(1, pieces))}
          />
          <button type="button" className="button" onClick={() => void send(giving)}>
            {words.t('van.given')}
          </button>
          <button type="button" className="button plain" onClick={() => setGiving(null)}>
            {words.t('phone.back')}
          </button>
        </>
      )}
    </li>
  );
};
