import type { WorkField } from '@kuluma/shared/model/merged-work.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { VisitStep } from '@kuluma/shared/model/visit-work.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { usePhone } from './offline/phone-provider.tsx';
import { statementsOf } from './statements.ts';
import { TextForm } from './text-form.tsx';

/** A step that cannot be done now is left aside, with the reason. */
export const ParkStep = ({
  step,
  visit,
  work,
  onParked,
}: {
  step: VisitStep;
  visit: VisitView;
  work: ReadonlyMap<string, WorkField>;
  onParked: () => void;
}) => {
  const words = useWords();
  const phone = usePhone();
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <button type="button" className="button plain" onClick={() => setOpen(true)}>
        {words.t('step.park')}
      </button>
    );
  const park = async (reason: string) => {
    const parked = statementsOf(work, [{ kind: 'step', step, state: 'parked', reason }]);
    if (await phone.state(visit, parked)) onParked();
  };
  return (
    <TextForm
      label={words.t('step.parkWhy')}
      send={words.t('step.park')}
      onSend={(reason) => void park(reason)}
      onCancel={() => setOpen(false)}
    />
  );
};
