import type { Location } from '@kuluma/shared/model/base.ts';

/** The demo's customers and their machines; all of it is fiction. */

const at = (latitude: number, longitude: number): Location => ({ latitude, longitude });

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
