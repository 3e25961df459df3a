import { AppError } from '@kuluma/shared/errors.ts';
import { describe, expect, it } from 'vitest';
import { planRegion } from './fixtures/plan-region.ts';
import { smallRegion } from './fixtures/small-region.ts';
import { parseRegion, type RegionForm } from './form.ts';
import type { RegionVisit } from './form-work.ts';

const seal: RegionVisit = { id: 'seal', site: 'mill', durationMin: 90, skills: [] };
const withBad = (bad: Partial<RegionVisit>, changes: Partial<RegionForm> = {}) =>
  smallRegion({ visits: [{ ...seal, id: 'bad', ...bad }, seal], ...changes });

const [first, second] = smallRegion().technicians;
if (!first || !second) throw new Error('the small region has two technicians');
const withLadder = { technicians: [first, { ...second, tools: ['ladder'] }] };

/** What the plan says of the visit that is wrong; all else has to be planned. */
const saidOf = async (region: RegionForm) => {
  const { document } = await planRegion(parseRegion(region), 20);
  expect(document.routes.flatMap(({ stops }) => stops)).toEqual(['seal']);
  expect(document.unassigned.map(({ visit }) => visit)).toEqual(['bad']);
  return document.unassigned[0]?.reasons.map(({ code, message }) => `${code}: ${message}`).join('; ');
};

describe('a region in which one visit is wrong plans the rest and says of that visit', () => {
  it.each<[string, RegionForm, string]>([
    ['a negative duration', withBad({ durationMin: -5 }), 'badNumber: durationMin is -5'],
    ['an unknown site', withBad({ site: 'moon' }), 'unknownSite: site moon is unknown'],
    ['an unknown machine', withBad({ machine: 'pump 9' }), 'unknownMachine: there is no machine pump 9 at site mill'],
    [
      'a skill no one has',
      withBad({ skills: [{ skill: 'hydraulics', level: 4 }] }),
      'noSkill: no technician at work has hydraulics 4',
    ],
    [
      'a certificate no one has',
      withBad({ certificates: ['diving'] }),
      'noCertificate: no technician at work has a valid diving',
    ],
    ['a tool no one has', withBad({ tools: ['crane'] }), 'noTool: nobody has the tool crane'],
    [
      'what no one has at once',
      withBad({ skills: [{ skill: 'hydraulics', level: 1 }], tools: ['ladder'] }, withLadder),
      'noTechnician: no technician has all of it at once: hydraulics 1, ladder',
    ],
    ['an unknown part', withBad({ parts: [{ part: 'P-9', quantity: 1 }] }), 'unknownPart: part P-9 is unknown'],
    [
      'a part that no one stocks',
      withBad({ parts: [{ part: 'P-114', quantity: 2 }] }),
      'noPart: it takes 2 of P-114, and nobody has or gets that many in time',
    ],
    ['an unknown kit', withBad({ kit: 'K' }), 'unknownKit: kit K is unknown'],
    [
      'a window that never opens',
      withBad({ windows: [{ fromAt: '2027-01-12T20:00+02:00', toAt: '2027-01-12T22:00+02:00' }] }),
      'windowNeverOpens: none of its windows meets the opening hours of the site',
    ],
    [
      'a window that ends before it begins',
      withBad({ windows: [{ fromAt: '2027-01-12T12:00+02:00', toAt: '2027-01-12T10:00+02:00' }] }),
      'windowNeverOpens: its window ends before it begins',
    ],
    [
      'more work than the site is ever open',
      withBad({ durationMin: 700 }),
      'windowNeverOpens: it takes 700 minutes and the site is open for 600',
    ],
    [
      'a pin outside working hours',
      withBad({ fixed: { technician: 'eero', startAt: '2027-01-13T10:00+02:00', by: 'pinned' } }),
      'fixedOutsideHours: it is fixed to eero at 2027-01-13T10:00+02:00',
    ],
    [
      'a visit before it that is not there',
      withBad({ after: { visit: 'gone', gapMin: 0 } }),
      'linkBroken: it comes after gone',
    ],
    [
      'a visit that waits for itself',
      withBad({ after: { visit: 'bad', gapMin: 0 } }),
      'linkBroken: it waits for itself',
    ],
  ])('%s', async (_, region, said) => {
    expect(await saidOf(region)).toContain(said);
  });
});

it('of two pins that clash the frozen one stands, and the other is named', async () => {
  const fixed = { technician: 'aino', startAt: '2027-01-12T10:00+02:00' };
  const region = smallRegion({
    visits: [
      { ...seal, id: 'pin', fixed: { ...fixed, by: 'pinned' } },
      { ...seal, id: 'ice', fixed: { ...fixed, startAt: '2027-01-12T10:30+02:00', by: 'frozen' } },
    ],
  });
  const { document } = await planRegion(region, 20);
  expect(document.routes.flatMap(({ visits }) => visits.map(({ visit, startsAt }) => [visit, startsAt]))).toEqual([
    ['ice', '2027-01-12T10:30+02:00'],
  ]);
  expect(document.unassigned[0]).toMatchObject({
    visit: 'pin',
    reasons: [{ code: 'fixedClash', message: 'its pin clashes with ice: aino cannot make both' }],
  });
});

it('ten thousand visits for one technician fill the days, and each of the others is told why', async () => {
  const { technicians, sites } = smallRegion();
  const region = smallRegion({
    technicians: technicians.slice(0, 1),
    sites: sites.slice(0, 1),
    visits: Array.from({ length: 10_000 }, (_, i) => ({ ...seal, id: `V${i}`, penaltyCents: 10_000 + i })),
  });
  const { document, compiled } = await planRegion(region, 20);
  expect(compiled.spec.visits.length).toBeLessThan(100);
  const planned = document.routes.flatMap(({ stops }) => stops);
  expect(planned.length).toBeGreaterThan(15);
  expect(document.unassigned.length).toBe(10_000 - planned.length);
  expect(document.unassigned[0]?.reasons[0]).toMatchObject({ code: 'overCapacity' });
});

it('names technicians, sites, machines, stock and kits that are wrong, and plans without them', async () => {
  const base = smallRegion();
  const [aino, eero] = base.technicians;
  const [mill, dairy] = base.sites;
  if (!aino || !eero || !mill || !dairy) throw new Error('the small region has two of each');
  const region = smallRegion({
    technicians: [
      aino,
      { ...eero, working: { ...eero.working, timeZone: 'Europe/Atlantis' } },
      { ...aino, depot: 'x' },
    ],
    sites: [mill, { ...dairy, setUpMin: -1 }],
    machines: [{ id: 'm', site: 'moon' }],
    stock: [
      { part: 'P-9', place: 'aino', quantity: 1 },
      { part: 'P-114', place: 'nowhere', quantity: -1 },
    ],
    reservations: [{ part: 'P-114', place: 'aino', quantity: 1, visit: 'none' }],
    deliveries: [{ part: 'P-114', depot: 'x', quantity: 1, arrivesOn: '2027-01-12' }],
    kits: [{ id: 'K', lines: [{ part: 'P-9', quantity: 1 }] }],
    visits: [seal],
  });
  const { document } = await planRegion(region, 20);
  expect(document.routes.flatMap(({ stops }) => stops)).toEqual(['seal']);
  expect(document.faults.map(({ path, code }) => `${path} ${code}`)).toEqual([
    '/technicians/1/working/timeZone unknownTimeZone',
    '/technicians/2/id duplicateId',
    '/technicians/2/depot unknownDepot',
    '/sites/1/setUpMin badNumber',
    '/machines/0/site unknownSite',
    '/kits/0/part unknownPart',
    '/stock/0/part unknownPart',
    '/stock/1/quantity badNumber',
    '/stock/1/place unknownDepot',
    '/reservations/0/visit unknownVisit',
    '/deliveries/0/depot unknownDepot',
  ]);
});

describe('what is no region at all is refused with every fault', () => {
  const faultsOf = (value: unknown): readonly string[] => {
    try {
      parseRegion(value);
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.code).toBe('INPUT_INVALID');
      return error.faults.map(({ path }) => path);
    }
  };

  it('for wrong types and missing members', () => {
    const { prices: _, ...rest } = smallRegion();
    expect(faultsOf({ ...rest, visits: [{ ...seal, durationMin: 'long', colour: 'red' }], nowAt: 'today' })).toEqual(
      expect.arrayContaining(['/', '/visits/0', '/visits/0/durationMin', '/nowAt']),
    );
  });

  it('for members that do not hang together', () => {
    expect(faultsOf(smallRegion({ timeZone: 'Europe/Atlantis', travel: { by: 'osrm' } }))).toEqual([
      '/timeZone',
      '/travel/osrmUrl',
    ]);
    expect(faultsOf(smallRegion({ toOn: '2027-01-10', travel: { by: 'matrix' } }))).toEqual([
      '/toOn',
      '/travel/matrix',
    ]);
    const matrix = { places: ['aino', 'mill'], minutes: [[0, 5], [5]], km: [[0, 4]] };
    expect(faultsOf(smallRegion({ travel: { by: 'matrix', matrix } }))).toEqual([
      '/travel/matrix/minutes/1',
      '/travel/matrix',
    ]);
  });

  it('for a region in which nobody works', async () => {
    await expect(planRegion(smallRegion({ technicians: [] }))).rejects.toThrow('nobody is at work');
  });
});
