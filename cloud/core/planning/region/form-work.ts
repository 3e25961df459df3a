import { LocalDay, Location, oneOf } from '@kuluma/shared/model/base.ts';
import { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import { SkillNeed } from '@kuluma/shared/model/machines.ts';
import { type Static, Type } from 'typebox';
import { At, form, Name } from './form-base.ts';
import { PartLine } from './form-people.ts';

export const RegionSite = form({
  id: Name,
  location: Location,
  /** When a technician may be at work there, in the site's own zone; shutdowns by date. */
  access: WorkCalendar,
  /** Signing in and walking, once for all work that follows one another there. */
  setUpMin: Type.Optional(Type.Number()),
  area: Type.Optional(Type.String()),
});
export type RegionSite = Static<typeof RegionSite>;

export const RegionMachine = form({
  id: Name,
  site: Name,
  /** Stopping, locking and opening it, once for all work that follows one another at it. */
  setUpMin: Type.Optional(Type.Number()),
});
export type RegionMachine = Static<typeof RegionMachine>;

/** The time that work takes whoever has at least that level of the skill; the highest level that one has counts. */
const DurationByLevel = form({
  skill: Type.String({ minLength: 1 }),
  levels: Type.Array(form({ level: Type.Integer(), minutes: Type.Number() })),
});

/**
 * What it costs if the work starts at that time: the expected cost of a failure before it, and the value of the life that is thrown away.
 * Straight between points, flat outside them.
 */
const WaitingPoint = form({ startAt: At, riskCents: Type.Number(), wastedLifeCents: Type.Number() });

export const fixedBy = ['pinned', 'frozen'] as const;

/** Who is there and when: a planner's pin, or what has begun or is over. It never moves. */
const Fixed = form({ technician: Name, startAt: At, by: oneOf(fixedBy), second: Type.Optional(Name) });

/** What the owner was told: a start of work within, perhaps by whom. Another time or another technician costs once each. */
const Promised = form({
  fromAt: At,
  toAt: At,
  technician: Type.Optional(Name),
  moveCents: Type.Optional(Type.Number()),
});

export const RegionVisit = form({
  id: Name,
  site: Name,
  machine: Type.Optional(Name),
  /** Kind of work, for the pace of technicians. */
  kind: Type.Optional(Type.String()),
  durationMin: Type.Number(),
  durationByLevel: Type.Optional(DurationByLevel),
  /** Work starts within one of them; without any within the horizon. */
  windows: Type.Optional(Type.Array(form({ fromAt: At, toAt: At }))),
  /** Work starts on this day at the latest, or is late. */
  dueOn: Type.Optional(LocalDay),
  latePerDayCents: Type.Optional(Type.Number()),
  /** Work starts on this day at the latest, or the contract is broken: a sum once. */
  slaOn: Type.Optional(LocalDay),
  slaCents: Type.Optional(Type.Number()),
  skills: Type.Array(SkillNeed),
  certificates: Type.Optional(Type.Array(Type.String())),
  tools: Type.Optional(Type.Array(Type.String())),
  parts: Type.Optional(Type.Array(PartLine)),
  kit: Type.Optional(Name),
  /** A second technician, there from start to end, with these skills; a trainee has none. */
  second: Type.Optional(form({ skills: Type.Array(SkillNeed) })),
  /** Starts when that visit has ended and the gap is over; without that visit not at all. */
  after: Type.Optional(form({ visit: Name, gapMin: Type.Number() })),
  /** Starts when that visit starts; one without the other not at all. */
  together: Type.Optional(Name),
  fixed: Type.Optional(Fixed),
  promised: Type.Optional(Promised),
  /** Earned if it takes place. */
  revenueCents: Type.Optional(Type.Number()),
  /** To be paid if it does not; without it the visit is left out only if nobody can make it. */
  penaltyCents: Type.Optional(Type.Number()),
  waiting: Type.Optional(Type.Array(WaitingPoint)),
});
export type RegionVisit = Static<typeof RegionVisit>;
