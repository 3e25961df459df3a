import type { LocalText } from '@kuluma/shared/model/base.ts';
import type { FailureModeCode, SkillNeed } from '@kuluma/shared/model/machines.ts';

/** What the demo's company services, and with which parts. */

const text = (fi: string, sv: string, en: string): LocalText => ({ fi, sv, en });

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

/** Parts that go together, by the name of the set. */
export const kits = [
  {
    code: 'gear-oil',
    name: text('Vaihteistoöljyn vaihtosarja', 'Sats för byte av växellådsolja', 'Gear oil change set'),
    lines: [{ part: 'V-1600', quantity: 2 }],
  },
] as const;

interface DemoNeeds {
  readonly certificates?: readonly string[];
  readonly tools?: readonly string[];
  readonly kit?: (typeof kits)[number]['code'];
  /** Two technicians; the other needs no skills. */
  readonly second?: true;
}

interface DemoComponent extends DemoNeeds {
  readonly code: string;
  readonly name: LocalText;
  readonly failureModeCode: FailureModeCode;
  readonly mechanism: string;
  readonly bom: readonly { part: PartNumber; quantity: number; useProbability: number }[];
  readonly skills: readonly SkillNeed[];
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
  needs: DemoNeeds = {},
): DemoComponent => ({
  code,
  name,
  failureModeCode: failure[0],
  mechanism: failure[1],
  bom,
  skills,
  durationMin,
  failureCostCents,
  ...needs,
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
        { tools: ['laserAligner'] },
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
        { certificates: ['electricalWork'], tools: ['chainHoist'], second: true },
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
        [{ part: 'G-32', quantity: 1, useProbability: 0.8 }],
        [{ skill: 'conveyors', level: 3 }],
        300,
        980_000,
        { tools: ['chainHoist'], kit: 'gear-oil', second: true },
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
        { certificates: ['electricalWork'] },
      ),
    ],
  },
];
