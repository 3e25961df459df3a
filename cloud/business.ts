import { AppError } from '@kuluma/shared/errors.ts';
import { createHubSpot } from './adapters/crm-hubspot/hubspot.ts';
import { createBusinessCentral } from './adapters/erp-business-central/business-central.ts';
import type { BusinessSystem } from './channel-ports.ts';
import type { CloudConfig } from './config.ts';
import { stands } from './core/set-up/missing.ts';
import { type BusinessPlace, queueInvoices, readBusiness, sendInvoices } from './pipelines/exchange-business.ts';
import { organisationIn } from './pipelines/organisation-in.ts';
import type { PipelineDeps } from './pipelines/pipeline-deps.ts';
import type { SetUpDeps } from './pipelines/write-touched.ts';
import type { Records } from './ports.ts';

/** The CRM and the ERP of the company, as configured. */
export const businessSystems = ({ business: { hubSpot, businessCentral } }: CloudConfig): BusinessSystem[] => [
  ...(hubSpot ? [createHubSpot(hubSpot)] : []),
  ...(businessCentral ? [createBusinessCentral({ ...businessCentral, wallNow: Date.now })] : []),
];

/**
 * Whose records a system is about, and where its stock lies.
 * @throws NOT_FOUND, INPUT_INVALID where the company or the depot has to be named otherwise
 */
export const businessPlace = async (
  { business }: CloudConfig,
  records: Records,
  system: BusinessSystem,
): Promise<BusinessPlace> => {
  const organisationId = await organisationIn(records, business.organisationId);
  const { depot } = business.businessCentral ?? {};
  if (system.system !== 'businessCentral' || depot === undefined) return { organisationId, system, depotId: undefined };
  const found = (await records.list('depot', organisationId)).filter((one) => stands(one) && one.name === depot);
  const [only] = found;
  if (!only || found.length > 1)
    throw new AppError('NOT_FOUND', `${found.length} depots are named "${depot}"`, {
      hint: 'business/businessCentral/depot is the name of the one where its stock lies',
    });
  return { organisationId, system, depotId: only.id };
};

type Deps = SetUpDeps & Pick<PipelineDeps, 'records' | 'log' | 'random' | 'clock'>;

/** The jobs of the systems: each goes on although another one fails, and the failure is told. */
export const businessJobs = (deps: Deps, config: CloudConfig) => {
  const systems = businessSystems(config);
  const invoicesFrom = config.business.businessCentral?.invoicesFrom;
  const each = async (work: (place: BusinessPlace) => Promise<unknown>): Promise<void> => {
    const failed: unknown[] = [];
    for (const system of systems)
      await businessPlace(config, deps.records, system)
        .then(work)
        .catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw failed.length === 1 ? failed[0] : new AggregateError(failed, 'several systems failed');
  };
  return {
    isOn: systems.length > 0,
    read: () =>
      each(async (place) => {
        const { touched, faults } = await readBusiness(deps, place);
        const { system } = place.system;
        deps.log.info({ system, changed: touched.length, faults: faults.slice(0, 20) }, 'read what it says');
      }),
    invoice: () =>
      each(async (place) => {
        if (!place.system.invoice || invoicesFrom === undefined) return;
        await queueInvoices(deps, place, Date.parse(invoicesFrom));
        await sendInvoices(deps, place);
      }),
  };
};
