import { type PriceLine, totalOf } from '@kuluma/shared/model/money.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { Prices, PricesView } from '@kuluma/shared/model/views/prices.ts';
import { useWords } from '../../parts/language.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { faultAt } from './draft.ts';
import { FaultText } from './fault-text.tsx';
import { type Filling, KnownForm, KnownPlace } from './known-form.tsx';
import { NumberField } from './number-field.tsx';

/** What the company charges: set by a form, with who changed it. */
export const PricesPlace = () => {
  const words = useWords();
  const path = setUpPaths.prices(useReader().organisationId);
  return (
    <KnownPlace<PricesView>
      title={words.t('setUp.prices')}
      path={path}
      note={({ version }) => version === 0 && <p className="soft">{words.t('setUp.prices.configured')}</p>}
    >
      {(view) => (
        <KnownForm<PricesView, Draft> known={view} path={path} draftOf={({ prices }) => prices}>
          {(filling) => <PriceFields {...filling} />}
        </KnownForm>
      )}
    </KnownPlace>
  );
};

type Draft = { readonly [Name in keyof Prices]: number | null };

const fields = [
  { name: 'labourCentsPerHour', factor: 100, digits: 2, suffix: ' €', most: 1_000_000 },
  { name: 'travelCentsPerKm', factor: 100, digits: 2, suffix: ' €', most: 1_000_000 },
  { name: 'callOutCents', factor: 100, digits: 2, suffix: ' €', most: 1_000_000 },
  { name: 'vatRatePermille', factor: 10, digits: 1, suffix: ' %', most: 100 },
  { name: 'offerValidHours', factor: 1, digits: 0, suffix: '', most: 2160 },
] as const;

const exampleHours = 2;
const exampleKm = 40;

/** A visit at the prices of the draft; null while one of them is missing. */
const exampleOf = ({ labourCentsPerHour, travelCentsPerKm, callOutCents, vatRatePermille }: Draft) => {
  if (labourCentsPerHour === null || travelCentsPerKm === null || callOutCents === null || vatRatePermille === null)
    return null;
  const line = (kind: PriceLine['kind'], netCents: number): PriceLine => ({
    ...{ kind, code: kind, quantity: 1, unit: 'pcs', currency: 'EUR' },
    ...{ netCents, vatRatePermille },
  });
  return totalOf([
    line('labour', exampleHours * labourCentsPerHour),
    line('travel', exampleKm * travelCentsPerKm),
    line('callOut', callOutCents),
  ]);
};

const PriceFields = ({ draft, set, faults }: Filling<Draft>) => {
  const words = useWords();
  const example = exampleOf(draft);
  return (
    <>
      <p className="soft">{words.t('setUp.prices.what')}</p>
      {fields.map(({ name, factor, digits, suffix, most }) => {
        const fault = faultAt(faults, name);
        return (
          <NumberField
            key={name}
            name={name}
            label={words.t(`setUp.field.${name}`)}
            description={words.coded('setUp.hint', name, '')}
            error={fault && <FaultText fault={fault} />}
            required
            min={0}
            max={most}
            decimalScale={digits}
            fixedDecimalScale={digits === 2}
            suffix={suffix}
            factor={factor}
            value={draft[name]}
            onChange={(value) => set(name, value)}
          />
        );
      })}
      {example && (
        <p role="status">
          {words.t('setUp.prices.example', {
            gross: words.money(example.grossCents),
            net: words.money(example.netCents),
          })}
        </p>
      )}
    </>
  );
};
