import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { FleetFilter, FleetPageView, FleetQuery, FleetSitesView } from '@kuluma/shared/model/views/fleet.ts';
import { type FleetFacts, gradeRank } from './fleet.ts';
import type { FleetEntry } from './fleet-model.ts';

type Site = FleetSitesView[number];

const rowsPerPage = 50;

const matterOf = ({ visitStartAt, openOfferState, openRecommendationId }: FleetFacts) => {
  if (visitStartAt) return 'booked';
  if (openOfferState === 'sent') return 'offered';
  return openRecommendationId ? 'decide' : 'none';
};

/** What a filter leaves of the fleet. */
const leftBy = (entries: readonly FleetEntry[], { grade, matter, siteId, text }: FleetFilter): FleetFacts[] => {
  const words = text?.trim().toLocaleLowerCase();
  const left: FleetFacts[] = [];
  for (const entry of entries)
    if (
      (grade === undefined || entry.facts.healthGrade === grade) &&
      (matter === undefined || matterOf(entry.facts) === matter) &&
      (siteId === undefined || entry.facts.machine.site?.siteId === siteId) &&
      (words === undefined || entry.text.includes(words))
    )
      left.push(entry.facts);
  return left;
};

const byName = new Intl.Collator('fi', { numeric: true });

/** What cannot be compared stands last. */
const orders: { readonly [O in NonNullable<FleetQuery['order']>]: (a: FleetFacts, b: FleetFacts) => number } = {
  worst: () => 0,
  life: (a, b) => (a.rulDays?.p50 ?? Number.MAX_VALUE) - (b.rulDays?.p50 ?? Number.MAX_VALUE),
  quality: (a, b) => (a.dataQuality ?? 2) - (b.dataQuality ?? 2),
  machine: (a, b) => byName.compare(a.machine.tag, b.machine.tag),
};

const gradesOf = (entries: readonly FleetEntry[]): FleetPageView['grades'] => {
  const grades: Record<HealthGrade, number> = { good: 0, watch: 0, act: 0, critical: 0, unknown: 0 };
  for (const { facts } of entries) grades[facts.healthGrade]++;
  return grades;
};

/** A page of the fleet. @param entries all of it, worst first */
export const fleetPageOf = (
  entries: readonly FleetEntry[],
  query: FleetQuery,
): Omit<FleetPageView, 'rows'> & { readonly page: readonly FleetFacts[] } => {
  const { order = 'worst', offset = 0, limit = rowsPerPage } = query;
  const left = leftBy(entries, query).sort(orders[order]);
  return { total: left.length, grades: gradesOf(entries), page: left.slice(offset, offset + limit) };
};

/** Sites of the machines that a filter leaves. */
export const fleetSitesOf = (entries: readonly FleetEntry[], filter: FleetFilter): FleetSitesView => {
  const sites = new Map<string, Site>();
  for (const { machine, healthGrade } of leftBy(entries, filter)) {
    if (!machine.site) continue;
    const { siteId, name, location } = machine.site;
    const site = sites.get(siteId) ?? { siteId, name, location, machines: 0, healthGrade };
    site.machines++;
    if (gradeRank[healthGrade] < gradeRank[site.healthGrade]) site.healthGrade = healthGrade;
    sites.set(siteId, site);
  }
  return [...sites.values()];
};
