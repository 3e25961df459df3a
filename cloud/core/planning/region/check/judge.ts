import type { RegionForm } from '../form.ts';
import type { Point } from '../travel-table.ts';

/** Way from one point to another, as the region says. */
export type Ways = (from: Point, to: Point) => { readonly minutes: number; readonly km: number };

/** Everything that a route is judged by: the region by id, and the ways. */
export interface Judge {
  readonly region: RegionForm;
  readonly ways: Ways;
  readonly nowMs: number;
  readonly technicians: ReadonlyMap<string, RegionForm['technicians'][number]>;
  readonly depots: ReadonlyMap<string, RegionForm['depots'][number]>;
  readonly sites: ReadonlyMap<string, RegionForm['sites'][number]>;
  readonly machines: ReadonlyMap<string, RegionForm['machines'][number]>;
  readonly visits: ReadonlyMap<string, RegionForm['visits'][number]>;
}
