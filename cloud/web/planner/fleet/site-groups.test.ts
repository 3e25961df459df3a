import { describe, expect, it } from 'vitest';
import { type Site, siteGroups } from './site-groups.ts';

const site = (latitude: number, healthGrade: Site['healthGrade'], machines = 1): Site => ({
  siteId: `sit_${latitude}` as Site['siteId'],
  name: `Site ${latitude}`,
  location: { latitude, longitude: 0 },
  machines,
  healthGrade,
});
const place = ({ location }: Site) => ({ x: 0, y: location.latitude });

describe('siteGroups', () => {
  it('shows sites that would meet as one, with the worst grade of them', () => {
    const groups = siteGroups([site(1, 'good', 3), site(5, 'act'), site(40, 'good')], 30, place);
    expect(groups.map(({ machines, healthGrade }) => [machines, healthGrade])).toEqual([
      [4, 'act'],
      [1, 'good'],
    ]);
  });

  it('never shows silence as good', () => {
    expect(siteGroups([site(1, 'good'), site(2, 'unknown')], 30, place)[0]?.healthGrade).toBe('unknown');
  });
});
