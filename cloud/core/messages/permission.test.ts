import { freshBase } from '@kuluma/shared/model/base.ts';
import type { DataLicence } from '@kuluma/shared/model/parties.ts';
import { describe, expect, it } from 'vitest';
import { idFor, nowMs, origin } from '../planning/fixtures/records.ts';
import { mayTrainOn } from './permission.ts';

const ownerId = idFor('owner');

describe('fleet training', () => {
  const licenceOf = (changes: Partial<DataLicence> = {}): DataLicence => ({
    ...freshBase('dataLicence', origin),
    ownerId,
    purposes: ['ownService', 'fleetTraining'],
    period: { fromMs: nowMs, toMs: nowMs + 10 },
    ...changes,
  });

  it('uses the data of an owner only under a licence in force that says so', () => {
    expect(mayTrainOn([licenceOf()], ownerId, nowMs)).toBe(true);
    expect(mayTrainOn([], ownerId, nowMs)).toBe(false);
    expect(mayTrainOn([licenceOf({ purposes: ['ownService'] })], ownerId, nowMs)).toBe(false);
    expect(mayTrainOn([licenceOf()], idFor('owner'), nowMs)).toBe(false);
    expect(mayTrainOn([licenceOf()], ownerId, nowMs + 10)).toBe(false);
  });
});
