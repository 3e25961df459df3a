import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { FleetSitesView } from '@kuluma/shared/model/views/fleet.ts';

export type Site = FleetSitesView[number];

/** Sites that would cover each other on the map, shown as one. */
export interface SiteGroup {
  readonly sites: readonly Site[];
  readonly machines: number;
  readonly healthGrade: HealthGrade;
}

const worstFirst: readonly HealthGrade[] = ['critical', 'act', 'watch', 'unknown', 'good'];

/** @param cellPx marks closer than this meet; @param place of a site in pixels */
export const siteGroups = (
  sites: readonly Site[],
  cellPx: number,
  place: (site: Site) => { readonly x: number; readonly y: number },
): SiteGroup[] => {
  const cells = Map.groupBy(sites, (site) => {
    const { x, y } = place(site);
    return `${Math.floor(x / cellPx)} ${Math.floor(y / cellPx)}`;
  });
  return [...cells.values()].map((together) => ({
    sites: together,
    machines: together.reduce((sum, { machines }) => sum + machines, 0),
    healthGrade: worstFirst.find((grade) => together.some(({ healthGrade }) => healthGrade === grade)) ?? 'unknown',
  }));
};
