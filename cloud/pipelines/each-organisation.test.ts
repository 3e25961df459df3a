import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { eachOrganisation } from './each-organisation.ts';

it('goes on to the next organisation when one fails, and says so at the end', async () => {
  const random = seededRandom(1);
  const ids = [newId('organisation', random), newId('organisation', random), newId('organisation', random)];
  const served: string[] = [];
  const failure = new Error('its model file is missing');
  const run = eachOrganisation({ organisationIds: async () => ids }, async (id) => {
    if (id === ids[1]) throw failure;
    served.push(id);
  });
  await expect(run).rejects.toMatchObject({ errors: [failure] });
  expect(served).toEqual([ids[0], ids[2]]);
});
