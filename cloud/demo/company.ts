import type { LocalText, Location } from '@kuluma/shared/model/base.ts';
import type { FailureModeCode, SkillNeed } from '@kuluma/shared/model/machines.ts';

/** The demo's service company, its customers and machines. All of it is fiction: no such company, person or machine exists. */

const text = (fi: string, sv: string, en: string): LocalText => ({ fi, sv, en });
const at = (latitude: number, longitude: number): Location => ({ latitude, longitude });

export const company = { name: 'Pohjolan Konehuolto (demo)', timeZone: 'Europe/Helsinki', vatRatePermille: 255 };

export const planner = { name: 'Aino Esimerkki', email: 'aino@example.com', phone: '+358 00 000 0100' };

export const depots = [
  { key: 'tampere', name: 'Tampere', location: at(61.474, 23.73) },
  { key: 'lahti', name: 'Lahti', location: at(60.96, 25.66) },
] as const;
export type DepotKey = (typeof depots)[number]['key'];

interface DemoTechnician {
  readonly name: string;
  readonly depot: DepotKey;
  readonly home: Location;
  readonly skills: readonly SkillNeed[];
  readonly certificates: readonly { code: string; validForDays: number }[];
  readonly from: string;
  readonly to: string;
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
    van: { 'SB-7014': 1, 'F-10': 2 },
  },
];

export const parts = [
  {
    number: 'K-6309',
    name: text('Laakeri 6309', 'Lager 6309', 'Bearing 6309'),
    priceCents: 8_900,
    leadDays: 2,
    depots: { tampere: 4, lahti: 3 },
  },
  {
    number: 'S-45',
    name: text('Liukurengastiiviste 45 mm', 'Mekanisk axeltätning 45 mm', 'Mechanical seal 45 mm'),
    priceCents: 41_500,
    leadDays: 5,
    depots: { tampere: 2, lahti: 0 },
  },
  {
    number: 'P-220',
    name: text('Juoksupyörä 220 mm', 'Pumphjul 220 mm', 'Impeller 220 mm'),
    priceCents: 68_000,
    leadDays: 7,
    depots: { tampere: 1, lahti: 0 },
  },
  {
    number: 'K-AE75',
    name: text('Ruuviyksikön laakerisarja', 'Lagersats för skruvenhet', 'Airend bearing set'),
    priceCents: 124_000,
    leadDays: 8,
    depots: { tampere: 1, lahti: 1 },
  },
  {
    number: 'OS-12',
    name: text('Öljynerotin', 'Oljeseparator', 'Oil separator'),
    priceCents: 31_000,
    leadDays: 3,
    depots: { tampere: 2, lahti: 2 },
  },
  {
    number: 'F-220',
    name: text('Öljynsuodatin', 'Oljefilter', 'Oil filter'),
    priceCents: 4_600,
    leadDays: 1,
    depots: { tampere: 6, lahti: 6 },
  },
  {
    number: 'M-75',
    name: text('Sähkömoottori 75 kW, vaihto', 'Elmotor 75 kW, utbyte', 'Motor 75 kW, exchange'),
    priceCents: 395_000,
    leadDays: 10,
    depots: { tampere: 0, lahti: 1 },
  },
  {
    number: 'G-32',
    name: text('Hammaspyöräpari', 'Kuggpar', 'Gear pair'),
    priceCents: 152_000,
    leadDays: 9,
    depots: { tampere: 1, lahti: 1 },
  },
  {
    number: 'B-1200',
    name: text('Kuljetinhihna 1200 mm', 'Transportband 1200 mm', 'Conveyor belt 1200 mm'),
    priceCents: 98_000,
    leadDays: 6,
    depots: { tampere: 0, lahti: 2 },
  },
  {
    number: 'V-1600',
    name: text('Vaihteistoöljy 10 l', 'Växellådsolja 10 l', 'Gear oil 10 l'),
    priceCents: 7_800,
    leadDays: 1,
    depots: { tampere: 10, lahti: 10 },
  },
  {
    number: 'SB-7014',
    name: text('Karalaakeripari 7014', 'Spindellagerpar 7014', 'Spindle bearing pair 7014'),
    priceCents: 112_000,
    leadDays: 6,
    depots: { tampere: 0, lahti: 2 },
  },
  {
    number: 'F-10',
    name: text('Lastuamisnesteen suodatin', 'Skärvätskefilter', 'Coolant filter'),
    priceCents: 5_900,
    leadDays: 1,
    depots: { tampere: 4, lahti: 4 },
  },
  {
    number: 'M-22',
    name: text('Karamoottorin staattori', 'Stator för spindelmotor', 'Spindle motor stator'),
    priceCents: 286_000,
    leadDays: 12,
    depots: { tampere: 0, lahti: 1 },
  },
] as const;
export type PartNumber = (typeof parts)[number]['number'];

interface DemoComponent {
  readonly code: string;
  readonly name: LocalText;
  readonly failureModeCode: FailureModeCode;
  readonly mechanism: string;
  readonly bom: readonly { part: PartNumber; quantity: number; useProbability: number }[];
  readonly skills: readonly SkillNeed[];
  readonly certificates: readonly string[];
  readonly durationMin: number;
  readonly failureCostCents: number;
}

const component = (
  code: string,
  name: LocalText,
  failure: readonly [FailureModeCode, string],
  bom: DemoComponent['bom'],
  skills: readonly SkillNeed[],
  durationMin: number,
  failureCostCents: number,
  certificates: readonly string[] = [],
): DemoComponent => ({
  code,
  name,
  failureModeCode: failure[0],
  mechanism: failure[1],
  bom,
  skills,
  certificates,
  durationMin,
  failureCostCents,
});

const rotating = (level: number): SkillNeed => ({ skill: 'rotatingMachines', level });
const electrical = [{ skill: 'electrical', level: 3 }];

interface DemoMachineModel {
  readonly code: string;
  readonly name: LocalText;
  /** Limits drawn on the signal, by point; vibration after zone C/D of ISO 20816-3. */
  readonly alarmLimits: Readonly<Record<string, number>>;
  readonly components: readonly DemoComponent[];
}

export const machineModels: readonly DemoMachineModel[] = [
  {
    code: 'centrifugal-pump',
    name: text('Keskipakopumppu 30 kW', 'Centrifugalpump 30 kW', 'Centrifugal pump 30 kW'),
    alarmLimits: { driveEndVibration: 7.1, nonDriveEndVibration: 7.1, bearingTemperature: 95 },
    components: [
      component(
        'bearing',
        text('Käyttöpään laakeri', 'Lager på drivsidan', 'Drive-end bearing'),
        ['VIB', 'fatigue'],
        [{ part: 'K-6309', quantity: 2, useProbability: 0.95 }],
        [rotating(2)],
        150,
        640_000,
      ),
      component(
        'seal',
        text('Akselitiiviste', 'Axeltätning', 'Shaft seal'),
        ['ELP', 'wear'],
        [{ part: 'S-45', quantity: 1, useProbability: 0.95 }],
        [rotating(2)],
        180,
        520_000,
      ),
      component(
        'impeller',
        text('Juoksupyörä', 'Pumphjul', 'Impeller'),
        ['LOO', 'cavitation'],
        [
          { part: 'P-220', quantity: 1, useProbability: 0.9 },
          { part: 'S-45', quantity: 1, useProbability: 0.4 },
        ],
        [rotating(3)],
        240,
        480_000,
      ),
    ],
  },
  {
    code: 'screw-compressor',
    name: text('Ruuvikompressori 75 kW', 'Skruvkompressor 75 kW', 'Screw compressor 75 kW'),
    alarmLimits: { airendVibration: 7.1, dischargeTemperature: 110, separatorPressureDrop: 0.8 },
    components: [
      component(
        'bearing',
        text('Ruuviyksikön laakerit', 'Skruvenhetens lager', 'Airend bearings'),
        ['VIB', 'fatigue'],
        [
          { part: 'K-AE75', quantity: 1, useProbability: 0.95 },
          { part: 'F-220', quantity: 1, useProbability: 0.9 },
        ],
        [{ skill: 'compressedAir', level: 2 }],
        360,
        1_450_000,
      ),
      component(
        'filter',
        text('Öljynerotin', 'Oljeseparator', 'Oil separator'),
        ['PLU', 'clogging'],
        [
          { part: 'OS-12', quantity: 1, useProbability: 1 },
          { part: 'F-220', quantity: 1, useProbability: 0.9 },
        ],
        [{ skill: 'compressedAir', level: 1 }],
        90,
        260_000,
      ),
      component(
        'winding',
        text('Moottorin käämitys', 'Motorlindning', 'Motor winding'),
        ['OHE', 'insulationAgeing'],
        [{ part: 'M-75', quantity: 1, useProbability: 0.9 }],
        electrical,
        300,
        1_200_000,
        ['electricalWork'],
      ),
    ],
  },
  {
    code: 'gearbox-conveyor',
    name: text('Vaihteistokäyttöinen kuljetin', 'Växeldriven transportör', 'Gearbox conveyor'),
    alarmLimits: { gearboxVibration: 7.1, pulleyBearingVibration: 7.1, gearOilTemperature: 90 },
    components: [
      component(
        'bearing',
        text('Vetorummun laakeri', 'Drivtrummans lager', 'Drive pulley bearing'),
        ['VIB', 'fatigue'],
        [{ part: 'K-6309', quantity: 2, useProbability: 0.95 }],
        [rotating(2)],
        150,
        560_000,
      ),
      component(
        'gearbox',
        text('Vaihteisto', 'Växellåda', 'Gearbox'),
        ['NOI', 'pitting'],
        [
          { part: 'G-32', quantity: 1, useProbability: 0.8 },
          { part: 'V-1600', quantity: 1, useProbability: 1 },
        ],
        [{ skill: 'conveyors', level: 3 }],
        300,
        980_000,
      ),
      component(
        'belt',
        text('Hihna', 'Transportband', 'Belt'),
        ['LOO', 'wear'],
        [{ part: 'B-1200', quantity: 1, useProbability: 0.9 }],
        [{ skill: 'conveyors', level: 2 }],
        240,
        430_000,
      ),
    ],
  },
  {
    code: 'cnc-spindle',
    name: text(
      'Koneistuskeskuksen kara 22 kW',
      'Fleroperationsmaskinens spindel 22 kW',
      'Machining centre spindle 22 kW',
    ),
    alarmLimits: { frontBearingVibration: 4.5, rearBearingVibration: 4.5 },
    components: [
      component(
        'bearing',
        text('Karalaakerit', 'Spindellager', 'Spindle bearings'),
        ['VIB', 'fatigue'],
        [{ part: 'SB-7014', quantity: 1, useProbability: 0.95 }],
        [{ skill: 'machineTools', level: 3 }],
        300,
        1_600_000,
      ),
      component(
        'filter',
        text('Lastuamisnesteen suodatin', 'Skärvätskefilter', 'Coolant filter'),
        ['PLU', 'clogging'],
        [{ part: 'F-10', quantity: 1, useProbability: 1 }],
        [rotating(1)],
        45,
        120_000,
      ),
      component(
        'winding',
        text('Karamoottorin käämitys', 'Spindelmotorns lindning', 'Spindle motor winding'),
        ['OHE', 'insulationAgeing'],
        [{ part: 'M-22', quantity: 1, useProbability: 0.9 }],
        electrical,
        330,
        1_350_000,
        ['electricalWork'],
      ),
    ],
  },
];

type Links = 'modbus-tcp' | 'modbus-rtu' | 'serial-line';
interface DemoMachine {
  readonly tag: string;
  readonly type: string;
  /** Days in use at the start of the demo: how far its wear has come. */
  readonly ageDays: number;
  readonly link: Links;

  /** Draws this very machine, where the one that its tag gives will not do. */
  readonly seed?: number;
}
interface DemoOwner {
  readonly name: string;
  readonly contact: { readonly name: string; readonly email: string; readonly phone: string };
  readonly site: {
    readonly name: string;
    readonly streetAddress: string;
    readonly municipality: string;
    readonly location: Location;
  };
  readonly open: readonly [string, string];
  readonly machines: readonly DemoMachine[];
}

export const owners: readonly DemoOwner[] = [
  {
    name: 'Kuvitteellinen Vesi Oy',
    contact: { name: 'Kaisa Kuvitelma', email: 'kaisa@example.com', phone: '+358 00 000 0201' },
    site: { name: 'Vesilaitos', streetAddress: 'Mallikatu 1', municipality: 'Tampere', location: at(61.52, 23.62) },
    open: ['06:00', '20:00'],
    machines: [
      {
        tag: 'P-07',
        type: 'centrifugal-pump',
        ageDays: 396,
        link: 'modbus-tcp',
        seed: 10,
      },
      { tag: 'P-08', type: 'centrifugal-pump', ageDays: 120, link: 'modbus-tcp' },
      { tag: 'P-09', type: 'centrifugal-pump', ageDays: 210, link: 'modbus-tcp' },
    ],
  },
  {
    name: 'Esimerkkisaha Oy',
    contact: { name: 'Heikki Harjoitus', email: 'heikki@example.com', phone: '+358 00 000 0202' },
    site: { name: 'Saha', streetAddress: 'Esimerkkitie 20', municipality: 'Hämeenlinna', location: at(60.99, 24.46) },
    open: ['06:00', '18:00'],
    machines: [
      { tag: 'C-1', type: 'gearbox-conveyor', ageDays: 150, link: 'modbus-rtu' },
      { tag: 'C-2', type: 'gearbox-conveyor', ageDays: 60, link: 'modbus-rtu' },
      { tag: 'K-1', type: 'screw-compressor', ageDays: 240, link: 'modbus-tcp' },
    ],
  },
  {
    name: 'Harjoitusleipomo Ab',
    contact: { name: 'Maria Modell', email: 'maria@example.com', phone: '+358 00 000 0203' },
    site: { name: 'Leipomo', streetAddress: 'Kokeilukuja 3', municipality: 'Lahti', location: at(61.0, 25.65) },
    open: ['07:00', '16:00'],
    machines: [
      { tag: 'K-21', type: 'screw-compressor', ageDays: 180, link: 'modbus-tcp' },
      { tag: 'C-5', type: 'gearbox-conveyor', ageDays: 262, link: 'serial-line' },
    ],
  },
  {
    name: 'Mallikonepaja Oy',
    contact: { name: 'Timo Testilä', email: 'timo@example.com', phone: '+358 00 000 0204' },
    site: { name: 'Konepaja', streetAddress: 'Mallintie 8', municipality: 'Jyväskylä', location: at(62.23, 25.72) },
    open: ['06:00', '22:00'],
    machines: [
      { tag: 'S-11', type: 'cnc-spindle', ageDays: 200, link: 'modbus-tcp' },
      { tag: 'S-12', type: 'cnc-spindle', ageDays: 170, link: 'modbus-tcp' },
      { tag: 'S-13', type: 'cnc-spindle', ageDays: 95, link: 'modbus-tcp' },
    ],
  },
  {
    name: 'Keksitty Paperi Oy',
    contact: { name: 'Paula Paperinen', email: 'paula@example.com', phone: '+358 00 000 0205' },
    site: {
      name: 'Paperitehdas',
      streetAddress: 'Tarinatie 100',
      municipality: 'Valkeakoski',
      location: at(61.27, 24.03),
    },
    open: ['00:00', '24:00'],
    machines: [
      { tag: 'P-31', type: 'centrifugal-pump', ageDays: 318, link: 'modbus-tcp' },
      { tag: 'P-32', type: 'centrifugal-pump', ageDays: 30, link: 'modbus-tcp' },
      { tag: 'K-5', type: 'screw-compressor', ageDays: 160, link: 'modbus-tcp' },
    ],
  },
];
