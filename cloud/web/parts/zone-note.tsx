import { useWords } from './language.tsx';

/** Names the site's zone where the reader's clock shows another one; nothing where both agree. */
export const ZoneNote = ({ atMs, timeZone }: { atMs: number; timeZone: string }) => {
  const words = useWords();
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (words.time(atMs, ownZone) === words.time(atMs, timeZone)) return null;
  return <p className="small soft">{words.t('time.zone', { zone: words.zone(atMs, timeZone) })}</p>;
};
