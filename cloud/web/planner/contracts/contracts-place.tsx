import './contracts-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { calendarDay } from '@kuluma/shared/model/format.ts';
import type { ContractChanceView, ContractOfferView, ContractsView } from '@kuluma/shared/model/views/contract.ts';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { ContractChance } from './contract-chance.tsx';

/** Machines whose warranty ends: whether a contract would serve their owner, and what became of those that were offered. */
export const ContractsPlace = () => {
  const words = useWords();
  const { organisationId } = useReader();
  const contracts = useView<ContractsView>(apiPaths.contracts(organisationId));
  const view = contracts.data;
  return (
    <>
      <div className="place-head">
        <h1>{words.t('contracts.title')}</h1>
      </div>
      <p className="soft contracts-lead">{words.t('contracts.lead')}</p>
      <ViewProblem view={contracts} />
      {contracts.isPending && (
        <div className="skeleton contracts-skeleton" role="status" aria-label={words.t('loading')} />
      )}
      {view && (
        <>
          <section aria-labelledby="contract-chances">
            <h2 id="contract-chances">{words.t('contracts.chances')}</h2>
            {view.chances.length === 0 && <p className="soft">{words.t('contracts.none')}</p>}
            {view.chances.length > 0 && <Reckoned chances={view.chances} />}
            <ul className="contracts-list">
              {view.chances.map((chance) => (
                <ContractChance key={chance.machine.machineId} chance={chance} />
              ))}
            </ul>
            {view.withoutPlan.map(({ machineModelId, modelName, machines }) => (
              <p key={machineModelId}>
                {words.t('contracts.withoutPlan', { model: words.own(modelName), machines })}{' '}
                <Link to="/set-up/$kind/$id" params={{ kind: 'machine-models', id: machineModelId }}>
                  {words.t('contracts.addPlan')}
                </Link>
              </p>
            ))}
          </section>
          {view.offers.length > 0 && <Offered offers={view.offers} />}
        </>
      )}
    </>
  );
};

/** When the oldest of what is shown was reckoned, and the way to have it reckoned now. */
const Reckoned = ({ chances }: { chances: readonly ContractChanceView[] }) => {
  const words = useWords();
  const { organisationId, timeZone } = useReader();
  const command = useCommand<ContractsView, object>();
  const [oldest] = chances.flatMap(({ reckonedAt }) => reckonedAt ?? []).sort();
  return (
    <div className="contracts-confirm">
      <p className="soft">
        {oldest === undefined
          ? words.t('contracts.reckonedNever')
          : words.t('contracts.reckonedAt', { moment: momentText(words, oldest, timeZone) })}
      </p>
      {command.error && <ProblemNotice error={command.error} command />}
      <Button
        loading={command.isPending}
        onClick={() => command.mutate({ target: { path: apiPaths.reckonContracts(organisationId) }, body: {} })}
      >
        {words.t('contracts.reckon')}
      </Button>
    </div>
  );
};

const Offered = ({ offers }: { offers: readonly ContractOfferView[] }) => {
  const words = useWords();
  const { timeZone } = useReader();
  return (
    <section aria-labelledby="contracts-offered">
      <h2 id="contracts-offered">{words.t('contracts.offered')}</h2>
      <ul className="contracts-list">
        {offers.map((offer) => (
          <li key={offer.contractOfferId}>
            <p>
              <Link to="/machines/$machineId" params={{ machineId: offer.machine.machineId }}>
                <strong>{offer.machine.tag}</strong>
              </Link>{' '}
              <span className="soft">{[offer.machine.owner?.name, offer.contactName].filter(Boolean).join(' · ')}</span>
            </p>
            <p>
              <strong>
                {words.t(`contracts.is.${offer.state}`, {
                  day: words.day(Date.parse(offer.answeredAt ?? offer.createdAt), timeZone),
                })}
              </strong>{' '}
              {words.t('contracts.offeredBy', {
                name: offer.personName,
                day: words.day(Date.parse(offer.createdAt), timeZone),
                price: words.money(offer.monthlyGrossCents),
                until: calendarDay(words, offer.warrantyUntilOn),
              })}
            </p>
            {offer.state === 'sent' && offer.sentAt === null && <p className="soft">{words.t('contracts.unsent')}</p>}
            {offer.declineReason && (
              <p className="soft">{words.t('contracts.reason', { text: offer.declineReason })}</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};
