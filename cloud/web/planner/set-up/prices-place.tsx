import './set-up.css';
import { type PriceLine, totalOf } from '@kuluma/shared/model/money.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { Prices, PricesView } from '@kuluma/shared/model/views/prices.ts';
import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { BackLink } from './back-link.tsx';
import { ChangeLine } from './change-list.tsx';
import { Conflict, changesSince } from './conflict.tsx';
import { type FieldFault, faultAt, faultsOf } from './draft.ts';
import { FaultText } from './fault-text.tsx';
import { FormProblem } from './form-problem.tsx';
import { NumberField } from './number-field.tsx';

/** What the company charges: set by a form, with who changed it. */
export const PricesPlace = () => {
  const words = useWords();
  const { organisationId } = useReader();
  const prices = useView<PricesView>(setUpPaths.prices(organisationId));
  const view = prices.data;
  return (
    <div className="set-up">
      <BackLink to="/set-up" />
      <div className="place-head">
        <h1>{words.t('setUp.prices')}</h1>
      </div>
      {prices.error && <ProblemNotice error={prices.error} onRetry={() => void prices.refetch()} />}
      {prices.isPending && <div className="skeleton set-up-skeleton" role="status" aria-label={words.t('loading')} />}
      {view && (
        <div className="set-up-entry">
          <PricesForm known={view} />
          <aside className="set-up-aside">
            <section aria-labelledby="price-changes">
              <h2 id="price-changes">{words.t('setUp.changes')}</h2>
              {view.version === 0 && <p className="soft">{words.t('setUp.prices.configured')}</p>}
              <ul className="set-up-changes">
                {view.changes.map((change) => (
                  <ChangeLine key={change.at} change={change} />
                ))}
              </ul>
            </section>
          </aside>
        </div>
      )}
    </div>
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

const PricesForm = ({ known }: { known: PricesView }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const [seen, setSeen] = useState(known);
  const [draft, setDraft] = useState<Draft>(known.prices);
  const [isDirty, setDirty] = useState(false);
  const command = useCommand<PricesView, { entry: Draft }>((done) => take(done));
  const { error } = command;
  const isNewer = known.version > seen.version;
  const faults = error ? faultsOf(error.problem) : new Map<string, FieldFault>();
  const take = (view: PricesView) => {
    setSeen(view);
    setDraft(view.prices);
    setDirty(false);
  };
  const takeKnown = () => {
    take(known);
    command.reset();
  };
  useBlocker({
    shouldBlockFn: () => isDirty && !window.confirm(words.t('setUp.leave')),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
  // Nothing typed: what somebody else saved simply shows.
  if (isNewer && !isDirty && !command.isPending) take(known);
  const example = exampleOf(draft);
  return (
    <form
      className="set-up-form"
      onSubmit={(event) => {
        event.preventDefault();
        command.mutate({
          target: { path: setUpPaths.prices(organisationId), version: seen.version },
          body: { entry: draft },
        });
      }}
    >
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
            onChange={(value) => {
              setDirty(true);
              setDraft((before) => ({ ...before, [name]: value }));
            }}
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
      {isNewer && isDirty && (
        <Conflict
          changes={changesSince(known, seen)}
          onTake={takeKnown}
          onKeep={() => {
            setSeen(known);
            command.reset();
          }}
        />
      )}
      <FormProblem error={error} faults={faults} />
      <div className="set-up-save">
        <Button type="submit" variant="filled" loading={command.isPending} disabled={!isDirty}>
          {words.t('setUp.save')}
        </Button>
        {isDirty && <Button onClick={takeKnown}>{words.t('setUp.undo')}</Button>}
        <span role="status" className="soft">
          {command.isSuccess && !isDirty ? words.t('setUp.saved') : ''}
        </span>
      </div>
    </form>
  );
};
