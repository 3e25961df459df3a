import type { DataLicence, Owner } from '@kuluma/shared/model/parties.ts';
import { runsAt } from '../offers/legal-basis.ts';

/** Whether the data of an owner's machines may teach models that serve others; without a licence in force they may not. */
export const mayTrainOn = (licences: readonly DataLicence[], ownerId: Owner['id'], nowMs: number): boolean =>
  licences.some(
    (licence) =>
      licence.ownerId === ownerId && licence.purposes.includes('fleetTraining') && runsAt(licence.period, nowMs),
  );
