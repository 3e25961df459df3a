import './field-control.css';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { Company, CompanyView } from '@kuluma/shared/model/views/company.ts';
import { TextInput } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { RuleLine } from './day-rules.tsx';
import { faultAt } from './draft.ts';
import { FaultLine, FaultText } from './fault-text.tsx';
import { type Filling, KnownForm, KnownPlace } from './known-form.tsx';
import { NumberField } from './number-field.tsx';
import { type TrafficDraft, TrafficList } from './traffic-list.tsx';
import { timePattern } from './week-control.tsx';

/** What holds for the whole company: who answers owners, until when they change visits alone, and when roads are full. */
export const CompanyPlace = () => {
  const words = useWords();
  const path = setUpPaths.company(useReader().organisationId);
  return (
    <KnownPlace<CompanyView> title={words.t('setUp.company')} path={path}>
      {(view) => (
        <KnownForm<CompanyView, Draft> known={view} path={path} draftOf={({ company }) => company}>
          {(filling) => <CompanyFields {...filling} timeZone={view.timeZone} />}
        </KnownForm>
      )}
    </KnownPlace>
  );
};

interface Draft extends Omit<Company, 'traffic' | 'changeCutOff'> {
  readonly traffic: readonly TrafficDraft[];
  readonly changeCutOff: { readonly daysBefore: number | null; readonly at: string };
}

const CompanyFields = ({ draft, set, faults, timeZone }: Filling<Draft> & { timeZone: string }) => {
  const words = useWords();
  const { name, serviceDesk, changeCutOff, traffic, looksPerWeek } = draft;
  const wrong = (field: string) => {
    const fault = faultAt(faults, field);
    return fault && <FaultText fault={fault} />;
  };
  return (
    <>
      <TextInput
        label={words.t('setUp.field.name')}
        required
        error={wrong('name')}
        value={name}
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      <section aria-label={words.t('setUp.company.owners')}>
        <h2>{words.t('setUp.company.owners')}</h2>
        <RuleLine
          legend={words.t('setUp.field.serviceDesk')}
          fault={faultAt(faults, 'serviceDesk')}
          value={serviceDesk}
          onChange={(desk) => set('serviceDesk', desk)}
          empty={{ name: '', phone: '', email: '' }}
          addLabel={words.t('setUp.serviceDesk.add')}
        >
          {(desk, change) =>
            (
              [
                ['name', 'text', true],
                ['phone', 'tel', true],
                ['email', 'email', false],
              ] as const
            ).map(([field, type, required]) => (
              <TextInput
                key={field}
                label={words.t(`setUp.field.${field}`)}
                type={type}
                required={required}
                value={desk[field]}
                onChange={(event) => change({ ...desk, [field]: event.currentTarget.value })}
              />
            ))
          }
        </RuleLine>
        <p className="soft">{words.t('setUp.company.desk')}</p>
        <fieldset className="set-up-fieldset">
          <legend>{words.t('setUp.field.changeCutOff')}</legend>
          <div className="set-up-line">
            <NumberField
              label={words.t('setUp.cutOff.days')}
              required
              min={0}
              max={14}
              allowDecimal={false}
              value={changeCutOff.daysBefore}
              onChange={(daysBefore) => set('changeCutOff', { ...changeCutOff, daysBefore })}
            />
            <TextInput
              label={words.t('setUp.cutOff.at')}
              pattern={timePattern}
              title={words.t('setUp.week.pattern')}
              required
              value={changeCutOff.at}
              onChange={(event) => set('changeCutOff', { ...changeCutOff, at: event.currentTarget.value })}
            />
          </div>
          <FaultLine fault={faultAt(faults, 'changeCutOff')} />
        </fieldset>
      </section>
      <section aria-label={words.t('setUp.company.planning')}>
        <h2>{words.t('setUp.company.planning')}</h2>
        <TrafficList
          legend={words.t('setUp.field.traffic')}
          fault={faultAt(faults, 'traffic')}
          value={traffic}
          onChange={(hours) => set('traffic', hours)}
        />
        <p className="soft">{words.t('setUp.company.traffic', { zone: timeZone })}</p>
        <NumberField
          label={words.t('setUp.field.looksPerWeek')}
          description={words.t('setUp.company.looks')}
          error={wrong('looksPerWeek')}
          min={0}
          max={1000}
          allowDecimal={false}
          value={looksPerWeek}
          onChange={(most) => set('looksPerWeek', most)}
        />
      </section>
    </>
  );
};
