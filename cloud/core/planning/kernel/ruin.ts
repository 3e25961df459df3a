import type { Random } from '@kuluma/shared/clock.ts';
import type { Journal } from './journal.ts';
import { isLinked, linkedGroup } from './linked-visits.ts';
import type { Neighbours } from './neighbours.ts';
import type { Problem } from './problem.ts';
import { unlinkVisit } from './route-edits.ts';
import type { RouteState } from './route-state.ts';
import { refreshRoute } from './route-times.ts';

/** How strings are cut (the letters of the paper). */
export interface RuinOptions {
  /** Visits removed in the mean (c bar). */
  readonly meanRemoved: number;
  /** The longest string (L max). */
  readonly longestString: number;
  /** Chance that a string keeps a piece in its midst (alpha), and that the piece grows by one more (beta). */
  readonly splitChance: number;
  readonly splitGrowth: number;
  /** Chance that the first route met is taken apart as a whole, if it has at most so many visits. */
  readonly wholeRouteChance: number;
  readonly longestWhole: number;
}

const defaultRuin: RuinOptions = {
  meanRemoved: 10,
  longestString: 30,
  splitChance: 0.5,
  splitGrowth: 0.01,
  wholeRouteChance: 0,
  longestWhole: 16,
};

/** Where vehicles differ, strings alone seldom change which of them are used: whole routes go too. */
export const ruinFor = ({ kind }: Problem): RuinOptions => ({
  ...defaultRuin,
  wholeRouteChance: kind.some((k) => k > 0) ? 0.05 : 0,
});

/**
 * Removes strings of visits from routes that are near each other.
 * Source: Christiaens and Vanden Berghe, Slack Induction by String Removals, Transportation Science 54 (2020), section 5.
 * @param around the visit from which the neighbours are gone through; any of the scope if left out
 */
export const removeStrings = (
  state: RouteState,
  neighbours: Neighbours,
  journal: Journal,
  options: RuinOptions,
  random: Random,
  around?: number,
): void => {
  const { vehicleOf, scope } = state;
  if (state.usedCount === 0) return;
  const longest = Math.min(options.longestString, (scope.length - state.absentCount) / state.usedCount);
  const mostStrings = (4 * options.meanRemoved) / (1 + longest) - 1;
  const strings = Math.floor(random() * mostStrings + 1);
  const seed = around ?? (scope[Math.floor(random() * scope.length)] as number);
  let cut = 0;
  for (let k = 0; k < neighbours.width && cut < strings; k++) {
    const visit = neighbours.of[seed * neighbours.width + k] as number;
    const vehicle = vehicleOf[visit] as number;
    if (vehicle === -1 || journal.touched(vehicle)) continue;
    journal.touch(vehicle);
    const size = state.size[vehicle] as number;
    const whole = cut === 0 && size <= options.longestWhole && random() < options.wholeRouteChance;
    const length = whole ? size : Math.floor(random() * Math.min(longest, size) + 1);
    if (length > 1 && length < size && random() < options.splitChance)
      cutSplitString(state, visit, length, size, options, journal, random);
    else cutString(state, visit, length, length, 0, journal, random);
    refreshRoute(state, vehicle);
    cut++;
  }
};

const cutSplitString = (
  state: RouteState,
  visit: number,
  length: number,
  size: number,
  options: RuinOptions,
  journal: Journal,
  random: Random,
): void => {
  let kept = 1;
  while (length + kept < size && random() < options.splitGrowth) kept++;
  cutString(state, visit, length, length + kept, kept, journal, random);
};

/** Takes a visit out together with those that it is linked with, unless one of them stays where it is. */
const takeOut = (state: RouteState, visit: number, journal: Journal): void => {
  if (state.fixed[visit] === 1 || state.vehicleOf[visit] === -1) return;
  if (!isLinked(state, visit)) {
    unlinkVisit(state, visit);
    return;
  }
  const group = linkedGroup(state, visit).filter((one) => state.vehicleOf[one] !== -1);
  if (group.some((one) => state.fixed[one] === 1)) return;
  for (const one of group) {
    const vehicle = state.vehicleOf[one] as number;
    journal.touch(vehicle);
    unlinkVisit(state, one);
    refreshRoute(state, vehicle);
  }
};

/** Removes `length` visits out of a window of `span` that has `visit` in it, keeping `kept` together in its midst. */
const cutString = (
  state: RouteState,
  visit: number,
  length: number,
  span: number,
  kept: number,
  journal: Journal,
  random: Random,
): void => {
  const { next, prev } = state;
  const n = state.problem.visitCount;
  let before = 0;
  for (let i = prev[visit] as number; i < n && before < span - 1; i = prev[i] as number) before++;
  let behind = 0;
  for (let j = next[visit] as number; j < n && behind < span - 1; j = next[j] as number) behind++;
  const least = Math.max(0, span - 1 - behind);
  const ahead = least + Math.floor(random() * (before - least + 1));
  let node = visit;
  for (let i = 0; i < ahead; i++) node = prev[node] as number;
  const keptFrom = kept > 0 ? 1 + Math.floor(random() * (length - 1)) : span;
  // Linked visits of the same route may be gone before their turn.
  for (let i = 0; i < span && node < n; i++) {
    const following = next[node] as number;
    if (i < keptFrom || i >= keptFrom + kept) takeOut(state, node, journal);
    node = following;
  }
};
