const zones = new Map<string, boolean>();

/** Whether the zone is in the tz database. */
export const isTimeZone = (timeZone: string): boolean => {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  let isKnown = true;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    isKnown = false;
  }
  zones.set(timeZone, isKnown);
  return isKnown;
};
