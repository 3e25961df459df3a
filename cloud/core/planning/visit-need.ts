import type { Location } from '@kuluma/shared/model/base.ts';
import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { BomLine, SkillNeed } from '@kuluma/shared/model/machines.ts';
import type { Site } from '@kuluma/shared/model/parties.ts';
import type { Recommendation, RiskPoint, ServiceWindow } from '@kuluma/shared/model/service.ts';
import type { Knot } from '../recommendations/curve.ts';
import { lifeWastedCurve } from '../recommendations/waiting.ts';

/** What one visit takes and what its time costs. Work starts within `window`. */
export interface VisitNeed {
  readonly location: Location;
  /** When a technician may be at the machine, in the site's own zone. */
  readonly access: WorkCalendar;
  readonly durationMin: number;
  readonly skills: readonly SkillNeed[];
  readonly certificates: readonly string[];
  readonly bom: readonly BomLine[];
  readonly window: ServiceWindow;
  readonly riskOfWaiting: readonly RiskPoint[];
  /** Cents by epoch ms of the start. */
  readonly lifeWasted: readonly Knot[];
}

export const needOf = (recommendation: Recommendation, site: Site): VisitNeed => ({
  location: site.location,
  access: site.access,
  durationMin: recommendation.durationMin,
  skills: recommendation.skills,
  certificates: recommendation.certificates,
  bom: recommendation.bom,
  window: recommendation.window,
  riskOfWaiting: recommendation.riskOfWaiting,
  lifeWasted: lifeWastedCurve(recommendation.riskOfWaiting, recommendation.inputs.componentType.failureCostCents),
});
