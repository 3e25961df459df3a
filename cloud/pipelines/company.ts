import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Company } from '@kuluma/shared/model/views/company.ts';
import { trafficFaults } from '../core/planning/region/traffic-hours.ts';
import { usualCutOff } from '../core/visits/cut-off.ts';
import type { Clock, Random, RecordTransaction } from '../ports.ts';

/** What of a company its form shows. */
export const companyOf = (organisation: RecordOf<'organisation'>): Company => {
  const { name, serviceDesk, changeCutOff = usualCutOff, traffic = [], looksPerWeek } = organisation;
  return { name, serviceDesk: serviceDesk ?? null, changeCutOff, traffic, looksPerWeek: looksPerWeek ?? null };
};

/** A desk may be a person: the ledger names it only. */
const told = ['name', 'looksPerWeek'];

const changesOf = (before: Company, after: Company) =>
  (Object.keys(before) as (keyof Company)[])
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({ name, ...(told.includes(name) ? { from: before[name], to: after[name] } : {}) }));

interface SetCompany {
  readonly organisationId: Id<'organisation'>;
  readonly actor: Actor;
  readonly seenVersion: number;
}

/**
 * Says what holds for the whole company. Who changed what is kept.
 * @throws CONFLICT where somebody else changed it since it was seen; INPUT_INVALID for hours of traffic that cannot be
 */
export const setCompany = async (
  deps: { readonly clock: Pick<Clock, 'now'>; readonly random: Random },
  tx: RecordTransaction,
  { organisationId, actor: createdBy, seenVersion }: SetCompany,
  given: Company,
): Promise<void> => {
  const organisation = await tx.get('organisation', organisationId, organisationId);
  if (organisation?.version !== seenVersion)
    throw new AppError('CONFLICT', 'the company was changed since you looked at it', { hint: 'look again' });
  const faults = [...trafficFaults(given.traffic)].map(([at, fault]) => ({
    ...fault,
    path: `/body/entry/traffic/${at}`,
  }));
  if (faults.length > 0) throw new AppError('INPUT_INVALID', 'the hours of traffic are not right', { faults });
  const fields = changesOf(companyOf(organisation), given);
  if (fields.length === 0) return;
  const { serviceDesk: _desk, looksPerWeek: _looks, ...kept } = organisation;
  const { serviceDesk, looksPerWeek, ...plain } = given;
  await tx.update('organisation', {
    ...kept,
    ...plain,
    ...(serviceDesk === null ? {} : { serviceDesk }),
    ...(looksPerWeek === null ? {} : { looksPerWeek }),
  });
  await tx.insert('setUpChange', {
    ...freshBase('setUpChange', { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random }),
    ...{ subjectId: organisationId, change: 'changed', fields },
  });
};
