import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import { LocalDay, oneOf, TimeZone } from '@kuluma/shared/model/base.ts';
import { TrafficHours } from '@kuluma/shared/model/calendar.ts';
import { Currency } from '@kuluma/shared/model/money.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { type Static, Type } from 'typebox';
import { localDayOf } from '../../calendar/local-time.ts';
import { At, form, Name } from './form-base.ts';
import {
  RegionDelivery,
  RegionDepot,
  RegionKit,
  RegionPart,
  RegionReservation,
  RegionStock,
  RegionTechnician,
} from './form-people.ts';
import { RegionMachine, RegionSite, RegionVisit } from './form-work.ts';
import { trafficFaults } from './traffic-hours.ts';
import { isTimeZone } from './zones.ts';

/** Speed on the part of a way that lies within the first `upToKm`; the last band has none. */
const SpeedBand = form({ upToKm: Type.Optional(Type.Number()), kmPerHour: Type.Number() });

/** Great circle times `detourFactor`, driven band by band. */
const Haversine = form({
  detourFactor: Type.Optional(Type.Number()),
  bands: Type.Optional(Type.Array(SpeedBand, { minItems: 1 })),
});

/** Row by row from place to place. A place is the id of a site, depot or technician's start; `ID/end` is another end. */
const Matrix = form({
  places: Type.Array(Name),
  minutes: Type.Array(Type.Array(Type.Number())),
  km: Type.Array(Type.Array(Type.Number())),
});

const Travel = form({
  by: oneOf(['haversine', 'matrix', 'osrm']),
  haversine: Type.Optional(Haversine),
  matrix: Type.Optional(Matrix),
  /** Base address of an OSRM server and profile: `http://localhost:5000/table/v1/driving`. */
  osrmUrl: Type.Optional(Type.String()),
  /** All ways take that many times as long, for traffic or winter roads; rounded up to whole minutes. */
  factor: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  /** Hours in which ways take longer, or less long, than at all others. */
  traffic: Type.Optional(Type.Array(TrafficHours)),
});

/** What visits cost that do not say so themselves. */
const Prices = form({
  currency: Currency,
  moveCents: Type.Number(),
  latePerDayCents: Type.Number(),
  slaCents: Type.Number(),
});

/** Everything that a plan of service visits is made from: one company's region over some days. */
export const RegionForm = form({
  /** Of the company: its days are those of this zone. */
  timeZone: TimeZone,
  /** Nothing starts before; the horizon begins with this day. */
  nowAt: At,
  /** Last day of the horizon. */
  toOn: LocalDay,
  technicians: Type.Array(RegionTechnician),
  depots: Type.Array(RegionDepot),
  sites: Type.Array(RegionSite),
  machines: Type.Array(RegionMachine),
  visits: Type.Array(RegionVisit),
  parts: Type.Array(RegionPart),
  stock: Type.Array(RegionStock),
  reservations: Type.Array(RegionReservation),
  deliveries: Type.Array(RegionDelivery),
  kits: Type.Array(RegionKit),
  travel: Travel,
  prices: Prices,
});
export type RegionForm = Static<typeof RegionForm>;

/** What the shape cannot say: members that hang together. Nothing can be planned before these are right. */
function* disagreements({ timeZone, nowAt, toOn, travel }: RegionForm): Generator<Fault> {
  if (!isTimeZone(timeZone))
    yield { path: '/timeZone', message: `time zone ${timeZone} is unknown`, hint: 'an IANA name as Europe/Helsinki' };
  else if (toOn < localDayOf(Date.parse(nowAt), timeZone))
    yield { path: '/toOn', message: `the horizon ends on ${toOn}, before it begins`, hint: 'a day from nowAt on' };
  const { matrix, traffic = [] } = travel;
  for (const [i, { message, hint }] of trafficFaults(traffic)) yield { path: `/travel/traffic/${i}`, message, hint };
  if (travel.by === 'matrix') {
    if (!matrix) yield { path: '/travel/matrix', message: 'is missing', hint: 'add it, or say another `by`' };
    for (const key of ['minutes', 'km'] as const)
      for (const [i, row] of (matrix?.[key] ?? []).entries())
        if (row.length !== matrix?.places.length || row.some((value) => value < 0))
          yield { path: `/travel/matrix/${key}/${i}`, message: 'is no row of numbers from 0, one for each place' };
    if (matrix && [matrix.minutes, matrix.km].some((rows) => rows.length !== matrix.places.length))
      yield { path: '/travel/matrix', message: `has not ${matrix.places.length} rows, one for each place` };
  }
  if (travel.by === 'osrm' && travel.osrmUrl === undefined)
    yield { path: '/travel/osrmUrl', message: 'is missing', hint: 'http://localhost:5000/table/v1/driving' };
}

/** @throws INPUT_INVALID with every fault of the shape; what a well-formed region says wrongly is found by `siftRegion`. */
export const parseRegion = (value: unknown): RegionForm => {
  const region = parse(RegionForm, value, 'the region');
  const faults = [...disagreements(region)];
  if (faults.length > 0) throw new AppError('INPUT_INVALID', 'the region is not valid', { faults });
  return region;
};
