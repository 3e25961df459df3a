import type { RegionDepot, RegionTechnician } from './form-people.ts';
import type { Shift } from './shifts.ts';
import type { SiftedVisit } from './sift.ts';

/** What decides who may do a visit and how long it takes: the same for all shifts of a group. */
export interface Profile {
  readonly skills: ReadonlyMap<string, number>;
  /** Valid on the day. */
  readonly certificates: ReadonlySet<string>;
  /** In the van or at the depot. */
  readonly tools: ReadonlySet<string>;
  readonly areas: ReadonlySet<string> | undefined;
  readonly workFactors: Readonly<Record<string, number>>;
}

/** What a visit asks of one technician. */
export type Ask = Pick<
  SiftedVisit,
  'skills' | 'certificates' | 'tools' | 'durationMin' | 'durationByLevel' | 'kind'
> & {
  readonly area: string | undefined;
};

const profileOf = (technician: RegionTechnician, on: string, depot: RegionDepot | undefined): Profile => {
  const skills = new Map<string, number>();
  for (const { skill, level } of technician.skills) skills.set(skill, Math.max(level, skills.get(skill) ?? 0));
  return {
    skills,
    certificates: new Set(technician.certificates.filter((c) => c.validUntilOn >= on).map(({ code }) => code)),
    tools: new Set([...technician.tools, ...(depot?.tools ?? [])]),
    areas: technician.areas && new Set(technician.areas),
    workFactors: technician.workFactors ?? {},
  };
};

const keyOf = ({ skills, certificates, tools, areas, workFactors }: Profile): string =>
  JSON.stringify([
    [...skills].sort(),
    [...certificates].sort(),
    [...tools].sort(),
    areas && [...areas].sort(),
    workFactors,
  ]);

/** The group of each shift, and what each group is. */
export const groupsOf = (
  shifts: readonly Shift[],
  depots: ReadonlyMap<string, RegionDepot>,
): { readonly groupOf: readonly number[]; readonly profiles: readonly Profile[] } => {
  const numbers = new Map<string, number>();
  const profiles: Profile[] = [];
  const groupOf = shifts.map(({ technician, on }) => {
    const profile = profileOf(technician, on, depots.get(technician.depot ?? ''));
    const key = keyOf(profile);
    const group = numbers.get(key) ?? profiles.push(profile) - 1;
    numbers.set(key, group);
    return group;
  });
  return { groupOf, profiles };
};

const rulesFor = {
  noSkill: ({ skills }: Profile, ask: Ask) => ask.skills.every(({ skill, level }) => (skills.get(skill) ?? 0) >= level),
  noCertificate: ({ certificates }: Profile, ask: Ask) => (ask.certificates ?? []).every((c) => certificates.has(c)),
  noTool: ({ tools }: Profile, ask: Ask) => (ask.tools ?? []).every((tool) => tools.has(tool)),
  noArea: ({ areas }: Profile, { area }: Ask) => !areas || (area !== undefined && areas.has(area)),
} as const;
const rules = Object.values(rulesFor);

/** Whole work minutes of somebody of that profile at the visit; infinite for one who may not do it. */
export const minutesFor = (profile: Profile, ask: Ask): number => {
  if (!rules.every((keeps) => keeps(profile, ask))) return Number.POSITIVE_INFINITY;
  const { durationByLevel, durationMin, kind } = ask;
  const has = profile.skills.get(durationByLevel?.skill ?? '') ?? 0;
  const reached = (durationByLevel?.levels ?? []).filter(({ level }) => level <= has).sort((a, b) => b.level - a.level);
  const factor = kind === undefined ? 1 : (profile.workFactors[kind] ?? 1);
  return Math.ceil((reached[0]?.minutes ?? durationMin) * factor - 1e-9);
};

/** Why nobody may do it, in the words of the form; to be asked only if nobody may. */
export const whyNobody = (
  profiles: readonly Profile[],
  ask: Ask,
): { readonly code: keyof typeof rulesFor | 'noTechnician'; readonly key: string; readonly message: string } => {
  const somebody = (part: Partial<Ask>) => {
    const only: Ask = { skills: [], durationMin: 0, area: undefined, ...part };
    return profiles.some((profile) => rules.slice(0, -1).every((keeps) => keeps(profile, only)));
  };
  for (const need of ask.skills)
    if (!somebody({ skills: [need] }))
      return { code: 'noSkill', key: 'skills', message: `no technician at work has ${need.skill} ${need.level}` };
  for (const code of ask.certificates ?? [])
    if (!somebody({ certificates: [code] }))
      return { code: 'noCertificate', key: 'certificates', message: `no technician at work has a valid ${code}` };
  for (const tool of ask.tools ?? [])
    if (!somebody({ tools: [tool] })) return { code: 'noTool', key: 'tools', message: `nobody has the tool ${tool}` };
  if (!profiles.some((profile) => rulesFor.noArea(profile, ask)))
    return {
      code: 'noArea',
      key: 'site',
      message: `no technician serves the area ${ask.area ?? 'of a site without one'}`,
    };
  const all = [
    ...ask.skills.map(({ skill, level }) => `${skill} ${level}`),
    ...(ask.certificates ?? []),
    ...(ask.tools ?? []),
  ];
  const where = ask.area === undefined ? '' : ` in ${ask.area}`;
  return {
    code: 'noTechnician',
    key: 'skills',
    message: `no technician${where} has all of it at once: ${all.join(', ')}`,
  };
};
