import { apiPaths } from '@kuluma/shared/model/api.ts';
import { calendarDay } from '@kuluma/shared/model/format.ts';
import type { ContractChanceView, ContractsView } from '@kuluma/shared/model/views/contract.ts';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import type { Words } from '../../parts/words.ts';

type Worth = NonNullable<ContractChanceView['worth']>;

/** What the contract is worth in one sentence, honestly also where it is not. */
const verdictText = (words: Words, worth: Worth, { machine }: ContractChanceView): string =>
  words.t(`contracts.verdict.${worth.verdict}`, {
    owner: machine.owner?.name ?? '',
    saving: words.roughMoney(Math.abs(worth.saving.meanCents)),
    probability: words.percent(worth.savingProbability),
  });

/** How owners of the model were seen to ask for service towards the end of their warranty, and what comes of it. */
const rhythmText = (words: Words, { rhythm }: ContractChanceView): string | null => {
  if (!rhythm) return null;
  const { leadDays, nearRequests, nearYears, farRequests, farYears } = rhythm;
  return words.t('contracts.rhythm', {
    ...{ days: leadDays, nearRequests, farRequests },
    nearYears: words.number(nearYears, 1),
    farYears: words.number(farYears, 1),
  });
};

const Reckoning = ({ chance, worth }: { chance: ContractChanceView; worth: Worth }) => {
  const words = useWords();
  const { monthlyGrossCents } = chance;
  const rhythm = rhythmText(words, chance);
  const rows = [
    ['without', worth.without],
    ['with', worth.with],
    ['saving', worth.saving],
  ] as const;
  return (
    <details>
      <summary>{words.t('contracts.how')}</summary>
      <table className="contracts-worth">
        <thead>
          <tr>
            <th scope="col">{words.t('contracts.visits', { visits: words.number(worth.visits, 1) })}</th>
            <th scope="col">{words.t('contracts.mean')}</th>
            <th scope="col">{words.t('contracts.range')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, { meanCents, p10Cents, p90Cents }]) => (
            <tr key={name}>
              <th scope="row">{words.t(`contracts.${name}`)}</th>
              <td className="number">{words.roughMoney(meanCents)}</td>
              <td className="number">
                {words.roughMoney(p10Cents)} … {words.roughMoney(p90Cents)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {worth.breakEvenMonthlyCents >= 0 && (
        <p>
          {words.t('contracts.breakEven', {
            price: words.money(worth.breakEvenMonthlyCents),
            now: words.money(monthlyGrossCents),
          })}
        </p>
      )}
      <p className="soft">
        {words.t('contracts.basis', {
          ...worth.basis,
          ownYears: words.number(worth.basis.ownYears, 1),
          otherYears: words.number(worth.basis.otherYears, 1),
        })}
      </p>
      {rhythm !== null && <p className="soft">{rhythm}</p>}
    </details>
  );
};

/** A machine whose warranty ends. The service proposes; a person sends. */
export const ContractChance = ({ chance }: { chance: ContractChanceView }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const [isAsked, setAsked] = useState(false);
  const command = useCommand<ContractsView, object>();
  const { machine, state, worth, leavesOn, contactName, warrantyUntilOn, monthlyGrossCents, sendsUntilOn, version } =
    chance;
  const send = () =>
    command.mutate({ target: { path: apiPaths.offerContract(organisationId, machine.machineId), version }, body: {} });
  return (
    <li>
      <p>
        <Link to="/machines/$machineId" params={{ machineId: machine.machineId }}>
          <strong>{machine.tag}</strong>
        </Link>{' '}
        <span className="soft">
          {[words.own(machine.modelName), machine.owner?.name, machine.site?.name].filter(Boolean).join(' · ')}
        </span>
      </p>
      <p>
        {words.t('contracts.ends', {
          day: calendarDay(words, warrantyUntilOn),
          price: words.money(monthlyGrossCents),
        })}{' '}
        <strong>{worth ? verdictText(words, worth, chance) : words.t('contracts.notReckoned')}</strong>
      </p>
      {worth && worth.verdict !== 'unknown' && <Reckoning chance={chance} worth={worth} />}
      {command.error && <ProblemNotice error={command.error} />}
      {state === 'open' && sendsUntilOn !== null && (
        <p className="soft">
          {leavesOn === null
            ? words.t('contracts.sendsItself')
            : words.t('contracts.sendsItselfFrom', { day: calendarDay(words, leavesOn) })}
        </p>
      )}
      {(state === 'noContact' || state === 'noConsent') && (
        <p className="soft">{words.t(`contracts.${state}`, { name: contactName ?? '' })}</p>
      )}
      {state === 'open' && !isAsked && <Button onClick={() => setAsked(true)}>{words.t('contracts.offer')}</Button>}
      {state === 'open' && isAsked && (
        <div className="contracts-confirm">
          <p>{words.t('contracts.once', { name: contactName ?? '' })}</p>
          <Button variant="filled" loading={command.isPending} onClick={send}>
            {words.t('contracts.send', { name: contactName ?? '' })}
          </Button>
          <Button onClick={() => setAsked(false)}>{words.t('contracts.notNow')}</Button>
        </div>
      )}
    </li>
  );
};
