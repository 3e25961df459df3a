import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { FleetPageView, FleetQuery } from '@kuluma/shared/model/views/fleet.ts';
import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';
import { gradeRank } from './fleet.ts';

type Site = FleetPageView['sites'][number];

const rowsPerPage = 50;

const textOf = ({ machine }: FleetRow): string =>
  [
    machine.tag,
    machine.serialNumber,
    machine.modelCode,
    ...Object.values(machine.modelName),
    machine.owner?.name,
    machine.site?.name,
    machine.site?.municipality,
  ]
    .join('\n')
    .toLocaleLowerCase();

const matterOf = ({ visitStartAt, openOfferState, openRecommendationId }: FleetRow) => {
  if (visitStartAt) return 'booked';
  if (openOfferState === 'sent') return 'offered';
  return openRecommendationId ? 'decide' : 'none';
};

const passes = (row: FleetRow, { grade, matter, siteId, text }: FleetQuery): boolean =>
  (grade === undefined || row.healthGrade === grade) &&
  (matter === undefined || matterOf(row) === matter) &&
  (siteId === undefined || row.machine.site?.siteId === siteId) &&
  (text === undefined || textOf(row).includes(text.trim().toLocaleLowerCase()));

const byName = new Intl.Collator('fi', { numeric: true });

/** What cannot be compared stands last. */
const orders: { readonly [O in NonNullable<FleetQuery['order']>]: (a: FleetRow, b: FleetRow) => number } = {
  worst: () => 0,
  life: (a, b) => (a.rulDays?.p50 ?? Number.MAX_VALUE) - (b.rulDays?.p50 ?? Number.MAX_VALUE),
  quality: (a, b) => (a.dataQuality ?? 2) - (b.dataQuality ?? 2),
  machine: (a, b) => byName.compare(a.machine.tag, b.machine.tag),
};

const sitesOf = (rows: readonly FleetRow[]): Site[] => {
  const sites = new Map<string, Site>();
  for (const { machine, healthGrade } of rows) {
    if (!machine.site) continue;
    const { siteId, name, location } = machine.site;
    const site = sites.get(siteId) ?? { siteId, name, location, machines: 0, healthGrade };
    site.machines++;
    if (gradeRank[healthGrade] < gradeRank[site.healthGrade]) site.healthGrade = healthGrade;
    sites.set(siteId, site);
  }
  return [...sites.values()];
};

const gradesOf = (rows: readonly FleetRow[]): FleetPageView['grades'] => {
  const grades: Record<HealthGrade, number> = { good: 0, watch: 0, act: 0, critical: 0, unknown: 0 };
  for (const { healthGrade } of rows) grades[healthGrade]++;
  return grades;
};

/** A page of the fleet. @param rows all of it, worst first */
export const fleetPageOf = (rows: readonly FleetRow[], query: FleetQuery): FleetPageView => {
  const { order = 'worst', offset = 0, limit = rowsPerPage } = query;
  const left = rows.filter((row) => passes(row, query)).sort(orders[order]);
  return {
    total: left.length,
    grades: gradesOf(rows),
    rows: left.slice(offset, offset + limit),
    sites: sitesOf(left),
  };
};
