import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { DayView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { CodeField } from '../code-field.tsx';
import { Stepper } from '../stepper.tsx';
import { type PartId, partIdsOf, spareOf } from '../visit-draft.ts';
import type { StepProps } from './step-props.ts';

type Van = NonNullable<DayView['van']>;

const useVan = (): Van => {
  const { organisationId } = useReader();
  return useView<DayView>(apiPaths.day(organisationId)).data?.van ?? [];
};

/** What a part is called: by the plan, else as it lies in the van. */
export const usePartNames = (visit: VisitView): ((partId: string) => string) => {
  const words = useWords();
  const known = [...visit.parts, ...useVan()];
  return (partId) => {
    const part = known.find((one) => one.partId === partId);
    return part ? words.own(part.name) : partId;
  };
};

/** What was used, planned or not, and where the rest of it is. */
export const PartsStep = ({ visit, draft, change }: StepProps) => {
  const words = useWords();
  const nameOf = usePartNames(visit);
  const use = (partId: PartId, quantity: number) => change({ ...draft, used: { ...draft.used, [partId]: quantity } });
  const partIds = partIdsOf(draft, visit);
  return (
    <>
      {partIds.length === 0 && <p className="soft">{words.t('part.none')}</p>}
      {partIds.length > 0 && (
        <fieldset className="step-fields">
          <legend>{words.t('report.parts')}</legend>
          {partIds.map((partId) => {
            const spare = spareOf(draft, visit, partId);
            return (
              <div key={partId} className="part-used">
                <Stepper
                  label={nameOf(partId)}
                  value={draft.used[partId] ?? 0}
                  step={1}
                  max={99}
                  onChange={(quantity) => use(partId, quantity)}
                />
                {(draft.used[partId] ?? 0) > 0 && (
                  <CodeField
                    label={words.t('part.batch')}
                    most={60}
                    value={draft.batches[partId] ?? ''}
                    onChange={(batch) => change({ ...draft, batches: { ...draft.batches, [partId]: batch } })}
                  />
                )}
                {spare > 0 && (
                  <label className="switch">
                    <input
                      type="checkbox"
                      checked={draft.inVan[partId] ?? false}
                      onChange={({ target }) =>
                        change({ ...draft, inVan: { ...draft.inVan, [partId]: target.checked } })
                      }
                    />
                    {words.t('part.staysInVan', { count: spare })}
                  </label>
                )}
              </div>
            );
          })}
        </fieldset>
      )}
      <FromVan visit={visit} taken={partIds} onTake={(partId) => use(partId, 1)} />
    </>
  );
};

/** Another part from the van, found by the code on it, or by a piece of its number or its name. */
const FromVan = ({
  visit,
  taken,
  onTake,
}: {
  visit: VisitView;
  taken: readonly PartId[];
  onTake: (partId: PartId) => void;
}) => {
  const words = useWords();
  const carried = useVan();
  const van = carried.filter(({ partId, quantity }) => quantity > 0 && !taken.includes(partId));
  const [search, setSearch] = useState<string | null>(null);
  if (van.length === 0) return null;
  if (search === null)
    return (
      <button type="button" className="button" onClick={() => setSearch('')}>
        {words.t('part.other')}
      </button>
    );
  const wanted = search.trim().toLocaleLowerCase(words.locale);
  const found = van.filter((part) =>
    `${part.number} ${words.own(part.name)}`.toLocaleLowerCase(words.locale).includes(wanted),
  );
  const listed = [...visit.parts, ...carried].find(
    ({ partId, number }) => taken.includes(partId) && number.toLocaleLowerCase(words.locale) === wanted,
  );
  return (
    <section className="van-parts">
      <CodeField label={words.t('part.search')} value={search} onChange={setSearch} />
      {found.length === 0 && (
        <p role="status">
          {listed ? words.t('part.listed', { name: words.own(listed.name) }) : words.t('part.notInVan')}
        </p>
      )}
      {found.map(({ partId, number, name, quantity }) => (
        <button
          key={partId}
          type="button"
          className="button"
          onClick={() => {
            onTake(partId);
            setSearch(null);
          }}
        >
          {words.t('part.inVan', { number, name: words.own(name), quantity })}
        </button>
      ))}
      <button type="button" className="button plain" onClick={() => setSearch(null)}>
        {words.t('phone.back')}
      </button>
    </section>
  );
};
