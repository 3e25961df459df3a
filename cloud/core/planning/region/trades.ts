import type { PartLine, RegionTechnician } from './form-people.ts';
import type { RegionSite, RegionVisit } from './form-work.ts';
import type { WearKind } from './wear.ts';

/** Work on one kind of component: what it takes and how the component wears. */
export interface Trade extends WearKind {
  readonly kind: string;
  readonly durationMin: number;
  readonly skills: RegionVisit['skills'];
  readonly certificates: readonly string[];
  readonly tools: readonly string[];
  readonly parts: readonly PartLine[];
  /** Work for two. */
  readonly crew?: boolean;
}

/** Made-up but plausible figures: lives in days, costs in euros. */
export const trades: readonly Trade[] = [
  {
    kind: 'bearing',
    durationMin: 120,
    skills: [{ skill: 'rotatingMachines', level: 2 }],
    certificates: [],
    tools: ['puller'],
    parts: [{ part: 'K-6309', quantity: 2 }],
    meanLifeDays: 900,
    shape: 2.2,
    replaceEuros: 420,
    failureEuros: 4200,
  },
  {
    kind: 'seal',
    durationMin: 90,
    skills: [{ skill: 'pumps', level: 1 }],
    certificates: [],
    tools: [],
    parts: [{ part: 'S-45', quantity: 1 }],
    meanLifeDays: 600,
    shape: 2.8,
    replaceEuros: 260,
    failureEuros: 1900,
  },
  {
    kind: 'filter',
    durationMin: 45,
    skills: [],
    certificates: [],
    tools: [],
    parts: [{ part: 'F-220', quantity: 1 }],
    meanLifeDays: 240,
    shape: 4,
    replaceEuros: 120,
    failureEuros: 600,
  },
  {
    kind: 'belt',
    durationMin: 60,
    skills: [{ skill: 'rotatingMachines', level: 1 }],
    certificates: [],
    tools: [],
    parts: [{ part: 'V-1600', quantity: 2 }],
    meanLifeDays: 400,
    shape: 3,
    replaceEuros: 140,
    failureEuros: 1100,
  },
  {
    kind: 'gearbox',
    durationMin: 210,
    skills: [{ skill: 'rotatingMachines', level: 4 }],
    certificates: ['hotWork'],
    tools: ['hoist'],
    parts: [{ part: 'G-88', quantity: 1 }],
    crew: true,
    meanLifeDays: 1800,
    shape: 2.5,
    replaceEuros: 2600,
    failureEuros: 11000,
  },
  {
    kind: 'motor',
    durationMin: 150,
    skills: [{ skill: 'electrical', level: 3 }],
    certificates: ['electricalWork'],
    tools: ['insulationTester'],
    parts: [{ part: 'M-7', quantity: 1 }],
    meanLifeDays: 1500,
    shape: 2,
    replaceEuros: 900,
    failureEuros: 5200,
  },
  {
    kind: 'compressor',
    durationMin: 100,
    skills: [{ skill: 'compressedAir', level: 2 }],
    certificates: ['pressureEquipment'],
    tools: [],
    parts: [
      { part: 'OS-12', quantity: 1 },
      { part: 'F-220', quantity: 1 },
    ],
    meanLifeDays: 500,
    shape: 3,
    replaceEuros: 340,
    failureEuros: 2400,
  },
  {
    kind: 'controls',
    durationMin: 75,
    skills: [{ skill: 'automation', level: 2 }],
    certificates: ['electricalWork'],
    tools: ['laptop'],
    parts: [],
    meanLifeDays: 1200,
    shape: 1.6,
    replaceEuros: 300,
    failureEuros: 2600,
  },
];

/** What technicians are, in the order in which a company hires them. */
export const crafts: readonly Pick<RegionTechnician, 'skills' | 'tools' | 'workFactors'>[] = [
  {
    skills: [
      { skill: 'rotatingMachines', level: 4 },
      { skill: 'pumps', level: 3 },
      { skill: 'compressedAir', level: 1 },
    ],
    tools: ['puller', 'hoist'],
    workFactors: { gearbox: 0.9 },
  },
  {
    skills: [
      { skill: 'electrical', level: 4 },
      { skill: 'automation', level: 3 },
      { skill: 'rotatingMachines', level: 1 },
    ],
    tools: ['insulationTester', 'laptop'],
    workFactors: {},
  },
  {
    skills: [
      { skill: 'compressedAir', level: 4 },
      { skill: 'pumps', level: 2 },
      { skill: 'rotatingMachines', level: 2 },
    ],
    tools: ['puller'],
    workFactors: { bearing: 1.2 },
  },
  {
    skills: [
      { skill: 'rotatingMachines', level: 2 },
      { skill: 'electrical', level: 2 },
      { skill: 'pumps', level: 1 },
    ],
    tools: ['puller', 'insulationTester'],
    workFactors: { bearing: 1.3, seal: 1.2 },
  },
];

/** The same hours on some weekdays. */
export const hoursOn = (weekdays: readonly number[], from: string, to: string): RegionSite['access']['hours'] =>
  weekdays.map((weekday) => ({ weekday, from, to }));

/** Hours at which customers let people in, by weekday. */
export const openings: readonly {
  readonly share: number;
  readonly hours: RegionSite['access']['hours'];
  readonly setUpMin: number;
}[] = [
  { share: 0.45, hours: hoursOn([1, 2, 3, 4, 5], '07:00', '16:00'), setUpMin: 5 },
  { share: 0.25, hours: hoursOn([1, 2, 3, 4, 5], '06:00', '22:00'), setUpMin: 10 },
  { share: 0.2, hours: hoursOn([1, 2, 3, 4, 5, 6], '08:00', '20:00'), setUpMin: 5 },
  { share: 0.1, hours: hoursOn([1, 2, 3, 4, 5, 6, 7], '00:00', '24:00'), setUpMin: 15 },
];

export const supplierLeadTimeDays: Readonly<Record<string, number>> = {
  'K-6309': 2,
  'S-45': 3,
  'F-220': 1,
  'V-1600': 1,
  'G-88': 9,
  'M-7': 6,
  'OS-12': 4,
};
