/** Days off as people speak of them: from the first to the last. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

const nextDay = (day: string): string => {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
};

/** Days that follow on each other as one range; sorted. */
export const rangesOf = (days: readonly string[]): DayRange[] => {
  const ranges: { from: string; to: string }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const last = ranges.at(-1);
    if (last && nextDay(last.to) === day) last.to = day;
    else ranges.push({ from: day, to: day });
  }
  return ranges;
};

/** No absence is longer than this; a wrong year fills no calendar. */
export const mostDays = 400;

/** Every day of a range; none where it ends before it begins, or never would. */
export const daysOf = ({ from, to }: DayRange): string[] => {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < mostDays; day = nextDay(day)) days.push(day);
  return days;
};

export const withRange = (days: readonly string[], range: DayRange): string[] =>
  [...new Set([...days, ...daysOf(range)])].sort();

export const withoutRange = (days: readonly string[], { from, to }: DayRange): string[] =>
  days.filter((day) => day < from || day > to);
