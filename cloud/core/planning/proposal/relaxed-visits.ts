import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { PartCount, ProblemSpec, VisitSpec } from '../kernel/problem-spec.ts';
import type { CompiledRegion } from '../region/compile.ts';
import type { RegionVisit } from '../region/form-work.ts';
import { timesOf } from '../region/prepare.ts';
import type { SiftedVisit } from '../region/sift.ts';
import { minuteOf } from '../region/time-axis.ts';
import { createOpenings } from '../region/visit-windows.ts';
import { groupsOf, minutesFor } from '../region/who.ts';
import { type RuleCode, ruleCodes } from './rules.ts';

/** Visits with each choice of their rules set aside, each as a visit of its own at the end of a problem. */
export interface RelaxedVisits {
  readonly spec: ProblemSpec;
  /** The visit with those rules set aside; rules that it does not have, or that are about others, change nothing. */
  readonly without: (visit: string, setAside: ReadonlySet<RuleCode>) => number;
}

export const roundTheClock: WorkCalendar = {
  timeZone: 'UTC',
  hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' })),
  closedOn: [],
};

/** Rules of the visit itself that say anything. */
const rulesOf = (visit: RegionVisit, { sifted }: CompiledRegion): RuleCode[] => {
  const has: Partial<Record<RuleCode, boolean>> = {
    skill: visit.skills.length > 0,
    certificate: (visit.certificates ?? []).length > 0,
    tool: (visit.tools ?? []).length > 0,
    area: [...sifted.technicians.values()].some(({ areas }) => areas !== undefined),
    access: true,
    part: (visit.parts ?? []).length > 0 || visit.kit !== undefined,
    window: visit.windows !== undefined,
  };
  return ruleCodes.filter((code) => has[code]);
};

/** The parts of the visit; those that nobody knows nobody has. */
const needsOf = ({ sifted, supply }: CompiledRegion, { id, parts = [] }: RegionVisit): readonly PartCount[] => {
  const known = sifted.visits.get(id);
  const unknown = parts.filter(({ part }) => !sifted.parts.has(part));
  return [
    ...(known ? supply.needsOf(known) : []),
    ...unknown.map((_, i) => ({ part: supply.partIds.length + i, quantity: 1 })),
  ];
};

/** Makes specs of a visit with some of its rules set aside. */
const createRelaxing = (compiled: CompiledRegion, visit: RegionVisit) => {
  const { sifted, axis, shifts, form, places } = compiled;
  const { profiles } = groupsOf(shifts, sifted.depots);
  const openingsOf = createOpenings(axis);
  const site = sifted.sites.get(visit.site);
  const own: SiftedVisit = { ...visit, path: '', lines: [] };
  const place = places.ofVisit(own);
  const needs = needsOf(compiled, visit);
  const known = compiled.spec.visits.find(({ id }) => id === visit.id);
  return (setAside: ReadonlySet<RuleCode>, id: string): VisitSpec => {
    const ask = {
      skills: setAside.has('skill') ? [] : visit.skills,
      certificates: setAside.has('certificate') ? [] : (visit.certificates ?? []),
      tools: setAside.has('tool') ? [] : (visit.tools ?? []),
      area: site?.area,
      durationMin: visit.durationMin,
      ...(visit.durationByLevel ? { durationByLevel: visit.durationByLevel } : {}),
      ...(visit.kind === undefined ? {} : { kind: visit.kind }),
    };
    const minutes = profiles.map(({ areas, ...profile }) =>
      minutesFor({ ...profile, areas: setAside.has('area') ? undefined : areas }, ask),
    );
    const { windows: asked, ...anyTime } = own;
    const open = site ? openingsOf(setAside.has('access') ? roundTheClock : site.access) : [];
    const when = setAside.has('window') || !asked ? anyTime : { ...anyTime, windows: asked };
    const times = timesOf(when, minutes, open, axis, form.prices);
    return {
      id,
      place,
      windows: times.windows.map(({ fromMs, toMs, terms }) => ({
        from: minuteOf(axis, fromMs),
        to: minuteOf(axis, toMs),
        cost: terms,
      })),
      service: Float64Array.from(times.minutes),
      parts: setAside.has('part') ? [] : needs,
      tools: setAside.has('tool') ? [] : (known?.tools ?? []),
    };
  };
};

export const relaxedVisits = (compiled: CompiledRegion, visits: readonly RegionVisit[]): RelaxedVisits => {
  const specs = [...compiled.spec.visits];
  const known = new Map<string, { readonly first: number; readonly rules: readonly RuleCode[] }>();
  for (const visit of visits) {
    const rules = rulesOf(visit, compiled);
    const relax = createRelaxing(compiled, visit);
    known.set(visit.id, { first: specs.length, rules });
    for (let bits = 0; bits < 2 ** rules.length; bits++)
      specs.push(relax(new Set(rules.filter((_, i) => (bits >> i) & 1)), `${visit.id} without ${bits}`));
  }
  return {
    spec: { ...compiled.spec, visits: specs },
    without: (visit, setAside) => {
      const { first = -1, rules = [] } = known.get(visit) ?? {};
      return first + rules.reduce((bits, rule, i) => bits | (setAside.has(rule) ? 1 << i : 0), 0);
    },
  };
};
