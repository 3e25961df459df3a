import { apiPaths } from '@kuluma/shared/model/api.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { mostPieces } from '@kuluma/shared/model/part-requests.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { PartRequestCommand, VisitAskCommand } from '@kuluma/shared/model/views/commands.ts';
import type { DayView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import { useId, useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { useView } from '../parts/queries.ts';
import { browserRandom } from '../parts/random.ts';
import { useReader } from '../parts/signed-in.tsx';
import { CodeField } from './code-field.tsx';
import { noonMs } from './day-groups.ts';
import { usePhone } from './offline/phone-provider.tsx';
import { Stepper } from './stepper.tsx';
import { TextForm } from './text-form.tsx';

/** So many days ahead a part is asked for. */
const daysAhead = 14;

type Wanted = Omit<Extract<PartRequestCommand, { kind: 'wanted' }>, 'idempotencyKey'>;
type Told = Omit<Extract<VisitAskCommand, { kind: 'help' | 'partWanted' }>, 'idempotencyKey'>;

/** A part that is not there: by its number it is kept at the depot at once, in words the planner looks for it. */
export const AskPart = ({ visit, onClose }: { visit: VisitView; onClose: () => void }) => {
  const words = useWords();
  const phone = usePhone();
  const dayId = useId();
  const { organisationId } = useReader();
  const today = useView<DayView>(apiPaths.day(organisationId)).data?.today ?? visit.onDay;
  const [number, setNumber] = useState('');
  const [quantity, setQuantity] = useState(1);
  const [neededByOn, setDay] = useState(visit.onDay > today ? visit.onDay : today);
  const named = number.trim();
  const days = Array.from({ length: daysAhead }, (_, ahead) =>
    new Date(noonMs(today) + ahead * dayMs).toISOString().slice(0, 10),
  );
  const send = async (text: string) => {
    const wanted: Wanted = {
      ...{ kind: 'wanted', partRequestId: newId('partRequest', browserRandom) },
      ...{ number: named, quantity, neededByOn, text },
    };
    const told: Told = { kind: 'partWanted', text };
    if (await (named === '' ? phone.act(visit, 'ask', told) : phone.act(visit, 'part', wanted))) onClose();
  };
  return (
    <TextForm
      label={words.t('ask.partWanted.why')}
      send={words.t('ask.partWanted.send')}
      isOptional={named !== ''}
      onSend={(text) => void send(text)}
      onCancel={onClose}
    >
      <p>{words.t('ask.partWanted.effect')}</p>
      <CodeField label={words.t('ask.partNumber')} value={number} onChange={setNumber} />
      <Stepper
        label={words.t('ask.partCount')}
        value={quantity}
        step={1}
        max={mostPieces}
        onChange={(count) => setQuantity(Math.max(1, count))}
      />
      <label className="report-note" htmlFor={dayId}>
        {words.t('ask.partBy')}
      </label>
      <select id={dayId} className="field" value={neededByOn} onChange={({ target }) => setDay(target.value)}>
        {[...new Set([...days, neededByOn])].map((day) => (
          <option key={day} value={day}>
            {words.day(noonMs(day), 'UTC')}
          </option>
        ))}
      </select>
    </TextForm>
  );
};
