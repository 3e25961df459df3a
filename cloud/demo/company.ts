import type { Location } from '@kuluma/shared/model/base.ts';
import type { SkillNeed } from '@kuluma/shared/model/machines.ts';

/** The demo's service company, its people and depots. All of it is fiction: no such company and no such person exists. */

const at = (latitude: number, longitude: number): Location => ({ latitude, longitude });

export const company = { name: 'Esimerkkihuolto (demo)', timeZone: 'Europe/Helsinki' };

export const planner = { name: 'Aino Esimerkki', email: 'aino@example.com', phone: '+358 00 000 0100' };

export const depots = [
  { key: 'tampere', name: 'Tampere', location: at(61.474, 23.73) },
  { key: 'lahti', name: 'Lahti', location: at(60.96, 25.66) },
] as const;
type DepotKey = (typeof depots)[number]['key'];

interface DemoTechnician {
  readonly name: string;
  readonly depot: DepotKey;
  readonly home: Location;
  readonly skills: readonly SkillNeed[];
  readonly certificates: readonly { code: string; validForDays: number }[];
  readonly from: string;
  readonly to: string;
  readonly tools: readonly string[];
  /** Part numbers in the van. */
  readonly van: Readonly<Record<string, number>>;
}

export const technicians: readonly DemoTechnician[] = [
  {
    name: 'Eero Esimerkki',
    depot: 'tampere',
    home: at(61.5, 23.79),
    skills: [
      { skill: 'rotatingMachines', level: 4 },
      { skill: 'vibration', level: 3 },
      { skill: 'electrical', level: 1 },
    ],
    certificates: [{ code: 'hotWork', validForDays: 700 }],
    from: '07:00',
    to: '15:30',
    tools: ['laserAligner', 'inductionHeater'],
    van: { 'K-6309': 2, 'S-45': 1, 'V-1600': 2 },
  },
  {
    name: 'Sanna Mallinen',
    depot: 'tampere',
    home: at(61.45, 23.85),
    skills: [
      { skill: 'electrical', level: 4 },
      { skill: 'rotatingMachines', level: 2 },
      { skill: 'compressedAir', level: 3 },
    ],
    certificates: [{ code: 'electricalWork', validForDays: 900 }],
    from: '07:00',
    to: '15:30',
    tools: ['chainHoist'],
    van: { 'F-220': 1, 'OS-12': 1 },
  },
  {
    name: 'Mikael Exempel',
    depot: 'lahti',
    home: at(60.98, 25.61),
    skills: [
      { skill: 'rotatingMachines', level: 3 },
      { skill: 'conveyors', level: 4 },
      { skill: 'compressedAir', level: 2 },
    ],
    certificates: [{ code: 'hotWork', validForDays: 300 }],
    from: '06:30',
    to: '15:00',
    tools: ['laserAligner', 'chainHoist'],
    van: { 'K-6309': 1, 'B-1200': 1 },
  },
  {
    name: 'Laura Malli',
    depot: 'lahti',
    home: at(60.93, 25.7),
    skills: [
      { skill: 'machineTools', level: 4 },
      { skill: 'electrical', level: 3 },
      { skill: 'rotatingMachines', level: 2 },
      { skill: 'vibration', level: 4 },
    ],
    certificates: [{ code: 'electricalWork', validForDays: 500 }],
    from: '08:00',
    to: '16:00',
    tools: ['thermalCamera', 'chainHoist'],
    van: { 'SB-7014': 1, 'F-10': 2 },
  },
];
