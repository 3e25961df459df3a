import './rail.css';
import { Link, useRouterState } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { type Place, placeAt, places } from './places.ts';

/** How much waits in a place: a figure to see, its meaning to hear. */
export interface PlaceCount {
  readonly count: number;
  meaning(words: Words): string;
}

/** The places of the desk; on a narrow screen they stand behind the menu button. */
export const Rail = ({
  open,
  counts,
}: {
  open: boolean;
  counts: { readonly [to in Place['to']]?: PlaceCount | undefined };
}) => {
  const words = useWords();
  const at = useRouterState({ select: ({ location }) => placeAt(location.pathname)?.to });
  return (
    <nav className="rail" id="rail" aria-label={words.t('rail')} data-open={open || undefined}>
      <p className="rail-name">Kuluma</p>
      {places.map(({ to, name, icon: PlaceIcon }) => {
        const waiting = counts[to];
        return (
          <Link key={to} to={to} aria-current={at === to ? 'page' : undefined}>
            <PlaceIcon size={18} aria-hidden="true" />
            {words.t(name)}
            {waiting !== undefined && waiting.count > 0 && (
              <span className="rail-count">
                <span aria-hidden="true">{words.number(waiting.count)}</span>
                <span className="visually-hidden">{waiting.meaning(words)}</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
};
