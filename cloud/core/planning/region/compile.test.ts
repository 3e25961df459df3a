import { describe, expect, it } from 'vitest';
import { compileRegion } from './compile.ts';
import { planRegion } from './fixtures/plan-region.ts';
import { byHaversine, smallRegion } from './fixtures/small-region.ts';
import type { RegionForm } from './form.ts';
import type { RegionVisit } from './form-work.ts';
import { travelOf } from './travel-table.ts';

const compile = (changes: Partial<RegionForm>) => compileRegion(smallRegion(changes), byHaversine);
const plan = async (changes: Partial<RegionForm>) => (await planRegion(smallRegion(changes), 60)).document;
const seal: RegionVisit = { id: 'seal', site: 'mill', durationMin: 90, skills: [] };
const [aino, eero] = smallRegion().technicians;
const [mill] = smallRegion().sites;
if (!aino || !eero || !mill) throw new Error('the small region has two technicians and a mill');

/** Days on which a visit is planned, by visit. */
const daysOf = async (changes: Partial<RegionForm>): Promise<Record<string, string>> =>
  Object.fromEntries((await plan(changes)).routes.flatMap(({ on, stops }) => stops.map((stop) => [stop, on] as const)));

describe('both days on which the clocks change', () => {
  const nights = (timeZone: string) => ({
    technicians: [
      {
        ...aino,
        working: { timeZone, hours: [6, 7].map((weekday) => ({ weekday, from: '22:00', to: '06:00' })), closedOn: [] },
      },
    ],
    sites: [
      {
        ...mill,
        access: {
          timeZone,
          hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' })),
          closedOn: [],
        },
      },
    ],
  });
  // Six hours of work and the ways fit in a night of seven hours, seven hours only in a longer one.
  it.each([
    ['spring', '2027-03-27T12:00+02:00', '2027-03-28', 420, ['six']],
    ['a plain weekend', '2027-04-10T12:00+03:00', '2027-04-11', 480, ['six', 'seven']],
    ['autumn', '2026-10-24T12:00+03:00', '2026-10-25', 540, ['six', 'seven']],
  ])('a night in %s has its hours', async (_, nowAt, toOn, minutes, fitting) => {
    const night = { nowAt, toOn, ...nights('Europe/Helsinki') };
    const { spec } = await compile({ ...night, visits: [seal] });
    const [vehicle] = spec.vehicles;
    expect((vehicle?.window.to ?? 0) - (vehicle?.window.from ?? 0)).toBe(minutes);
    const planned = [];
    for (const [id, durationMin] of [
      ['six', 330],
      ['seven', 400],
    ] as const)
      planned.push(
        ...Object.keys(
          await daysOf({
            ...night,
            visits: [{ ...seal, id, durationMin }],
          }),
        ),
      );
    expect(planned).toEqual(fitting);
  });
});

describe('who may come, and how long it takes', () => {
  it('depends on skills, levels, the pace for the kind of work, and areas', async () => {
    const { spec, groupOf } = await compile({
      technicians: [
        { ...aino, workFactors: { pump: 0.5 } },
        { ...eero, areas: ['north'] },
      ],
      visits: [
        {
          ...seal,
          kind: 'pump',
          durationByLevel: {
            skill: 'pumps',
            levels: [
              { level: 2, minutes: 61 },
              { level: 1, minutes: 80 },
            ],
          },
        },
        { ...seal, id: 'valve', skills: [{ skill: 'hydraulics', level: 3 }] },
      ],
    });
    const serviceOf = (visit: number, vehicle: number) =>
      Number(Object(spec.visits[visit]?.service)[groupOf[vehicle] ?? 0]);
    const last = spec.vehicles.length - 1;
    expect([serviceOf(0, 0), serviceOf(1, 0), serviceOf(0, last)]).toEqual([31, 90, Number.POSITIVE_INFINITY]);
  });

  it('depends on certificates being valid on the day', async () => {
    const visits = [
      {
        ...seal,
        certificates: ['hotWork'],
        windows: [{ fromAt: '2027-01-13T08:00+02:00', toAt: '2027-01-15T12:00+02:00' }],
      },
    ];
    expect(await daysOf({ visits })).toEqual({});
    expect(await daysOf({ visits: [{ ...seal, certificates: ['hotWork'] }] })).toEqual({
      seal: expect.stringMatching('2027-01-1[12]'),
    });
  });

  it('is paid for where the owner was promised another', async () => {
    const fromAt = '2027-01-12T08:00+02:00';
    const promised = { fromAt, toAt: '2027-01-12T10:00+02:00', moveCents: 7000 };
    const kept = await plan({ visits: [{ ...seal, promised: { ...promised, technician: 'aino' } }] });
    expect(kept.routes.map(({ technician, on }) => [technician, on])).toEqual([['aino', '2027-01-12']]);
    expect(kept.terms['stability']).toBeUndefined();
    const moved = await plan({
      technicians: [eero],
      sites: [{ ...mill, access: { ...mill.access, closedOn: ['2027-01-12'] } }],
      visits: [{ ...seal, promised }],
    });
    expect(moved.terms['stability']).toBe(70);
  });
});

describe('what the day costs', () => {
  it('is read off the curve at noon, and is late or against the contract by days', async () => {
    const waiting = [
      { startAt: '2027-01-11T12:00+02:00', riskCents: 0, wastedLifeCents: 4000 },
      { startAt: '2027-01-15T12:00+02:00', riskCents: 8000, wastedLifeCents: 0 },
    ];
    const { spec } = await compile({
      visits: [{ ...seal, waiting, dueOn: '2027-01-12', slaOn: '2027-01-13', latePerDayCents: 1000, slaCents: 90_000 }],
    });
    expect(spec.visits[0]?.windows.map(({ cost }) => cost)).toEqual([
      { risk: 0, wastedLife: 40, lateness: 0, sla: 0, stability: 0 },
      { risk: 20, wastedLife: 30, lateness: 0, sla: 0, stability: 0 },
      { risk: 40, wastedLife: 20, lateness: 10, sla: 0, stability: 0 },
      { risk: 60, wastedLife: 10, lateness: 20, sla: 900, stability: 0 },
      { risk: 80, wastedLife: 0, lateness: 30, sla: 900, stability: 0 },
    ]);
  });

  it('of a visit that is left out is that of the best time after the horizon, its penalty and its revenue', async () => {
    const waiting = [
      { startAt: '2027-01-11T12:00+02:00', riskCents: 0, wastedLifeCents: 9000 },
      { startAt: '2027-01-20T12:00+02:00', riskCents: 2000, wastedLifeCents: 1000 },
      { startAt: '2027-01-30T12:00+02:00', riskCents: 9000, wastedLifeCents: 0 },
    ];
    const { spec } = await compile({ visits: [{ ...seal, waiting, penaltyCents: 500, revenueCents: 12_000 }] });
    expect(spec.visits[0]?.penalty).toMatchObject({ risk: 20, wastedLife: 10, unassigned: 5, revenue: 120 });
  });
});

describe('parts', () => {
  const needing = { ...seal, parts: [{ part: 'P-114', quantity: 2 }] };

  it('are ordered, and make their day the earliest', async () => {
    expect(await daysOf({ visits: [needing], parts: [{ id: 'P-114', supplierLeadTimeDays: 2.5 }] })).toEqual({
      depot: '2027-01-14',
      seal: '2027-01-14',
    });
  });

  it('are delivered on a day, and fetched at the depot', async () => {
    const deliveries = [{ part: 'P-114', depot: 'tampere', quantity: 2, arrivesOn: '2027-01-13' }];
    const { routes } = await plan({
      visits: [{ ...seal, kit: 'seal kit' }],
      kits: [{ id: 'seal kit', lines: needing.parts }],
      deliveries,
    });
    expect(routes[0]?.stops).toEqual(['depot', 'seal']);
    expect(routes[0]?.on.localeCompare('2027-01-13')).toBeGreaterThanOrEqual(0);
    expect(routes[0]?.visits[0]?.parts).toEqual([{ part: 'P-114', quantity: 2, from: 'tampere' }]);
  });

  it('that are reserved are for their visit alone', async () => {
    const stock = [{ part: 'P-114', place: 'eero', quantity: 2 }];
    const other = { ...needing, id: 'other', penaltyCents: 99_999_900 };
    const reservations = [{ part: 'P-114', place: 'eero', quantity: 2, visit: 'seal' }];
    const { routes, unassigned } = await plan({ visits: [other, needing], stock, reservations });
    expect(routes.map(({ technician, stops }) => [technician, ...stops])).toEqual([['eero', 'seal']]);
    expect(unassigned[0]).toMatchObject({ visit: 'other', reasons: [{ code: 'noPart' }] });
  });
});

it('what stands is planned whatever skills, hours and the past say, and nobody leaves before now', async () => {
  const nowAt = '2027-01-11T11:00+02:00';
  const fixed = { technician: 'eero', startAt: '2027-01-11T09:00+02:00', by: 'frozen' } as const;
  const visits = [
    { ...seal, skills: [{ skill: 'hydraulics', level: 5 }], fixed },
    { ...seal, id: 'next', site: 'mill', slaOn: '2027-01-11' },
  ];
  const { routes } = await plan({ nowAt, visits, technicians: [eero] });
  expect(routes[0]?.visits.map(({ visit, startsAt, endsAt }) => [visit, startsAt, endsAt])).toEqual([
    ['seal', '2027-01-11T09:00+02:00', '2027-01-11T11:00+02:00'],
    ['next', '2027-01-11T11:00+02:00', '2027-01-11T12:30+02:00'],
  ]);
});

it('the work of one site and one machine that follows one another is set up once', async () => {
  const { spec, places } = await compile({
    sites: [{ ...mill, setUpMin: 15 }],
    machines: [
      { id: 'pump 1', site: 'mill', setUpMin: 10 },
      { id: 'pump 2', site: 'mill', setUpMin: 5 },
    ],
    visits: [
      { ...seal, id: 'a', machine: 'pump 1' },
      { ...seal, id: 'b', machine: 'pump 1' },
      { ...seal, id: 'c', machine: 'pump 2' },
    ],
  });
  const size = places.places.length;
  const minutes = (from: number, to: number) => spec.travelTime[from * size + to];
  const [a = 0, b, c = 0] = spec.visits.map(({ place }) => place);
  expect(b).toBe(a);
  expect([minutes(a, c), minutes(c, a)]).toEqual([5, 10]);
  expect(minutes(0, a)).toBe((minutes(a, 0) ?? 0) + 25);
});

it('ways of a matrix go around where that is shorter', async () => {
  const matrix = {
    places: ['aino', 'eero', 'tampere', 'mill', 'dairy'],
    minutes: [
      [0, 9, 10, 60, 20],
      [9, 0, 10, 10, 20],
      [10, 10, 0, 20, 20],
      [60, 10, 20, 0, 20],
      [20, 20, 20, 20, 0],
    ],
    km: [
      [0, 1, 1, 50, 1],
      [1, 0, 1, 2, 1],
      [1, 1, 0, 1, 1],
      [50, 2, 1, 0, 1],
      [1, 1, 1, 1, 0],
    ],
  };
  const region = smallRegion({ travel: { by: 'matrix', matrix } });
  const { spec, places } = await compileRegion(
    region,
    travelOf(region.travel, () => byHaversine),
  );
  const size = places.places.length;
  const from = places.ofTechnician.get('aino')?.start ?? -1;
  const to = spec.visits[0]?.place ?? -1;
  expect([spec.travelTime[from * size + to], spec.distance?.[from * size + to]]).toEqual([19, 3]);
});
