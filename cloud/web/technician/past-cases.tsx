import './past-cases.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { VisitPastCase, VisitView } from '@kuluma/shared/model/views/visit.ts';
import { type UseQueryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { getJson, type ProblemError } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { useReader } from '../parts/signed-in.tsx';

/** Old cases hardly change, and the service reads far back for them. */
const goodForMs = hourMs;

const askedOf = (
  organisationId: string,
  { visitId }: Pick<VisitView, 'visitId'>,
): UseQueryOptions<VisitPastCase[], ProblemError> => {
  const path = apiPaths.visitPastCases(organisationId, visitId);
  return {
    queryKey: [path, {}],
    queryFn: ({ signal }) => getJson<VisitPastCase[]>(path, {}, signal),
    staleTime: goodForMs,
  };
};

/** Asks for the cases of all visits of the day while there is a signal: at the machine there may be none. */
export const useCasesAhead = (visits: readonly VisitView[]): void => {
  const { organisationId } = useReader();
  const open = visits.filter(({ state }) => state !== 'done' && state !== 'cancelled');
  useQueries({ queries: open.map((visit) => askedOf(organisationId, visit)) });
};

/** What earlier visits like this one found, and what helped; nothing where there were none, or none reached the phone. */
export const PastCases = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const { data: cases = [] } = useQuery(askedOf(organisationId, visit));
  if (cases.length === 0) return null;
  return (
    <section>
      <h3>{words.t('pastCase.title')}</h3>
      <ul className="phone-cases">
        {cases.map(({ closedAt, findingVerdict, finding, minutes, componentReplaced, parts }) => (
          <li key={`${closedAt} ${finding} ${minutes}`}>
            <p>
              <b>{words.t(`verdict.${findingVerdict}`)}</b>
              {finding !== '' && `: ${finding}`}
            </p>
            {componentReplaced && <p>{words.t('pastCase.replaced', { component: words.own(visit.componentName) })}</p>}
            {parts.length > 0 && (
              <p>
                {words.t('pastCase.parts', {
                  parts: parts
                    .map(({ name, quantity }) => words.t('part.quantity', { quantity, name: words.own(name) }))
                    .join(', '),
                })}
              </p>
            )}
            <p className="small soft">
              {words.t('pastCase.when', { day: words.date(Date.parse(closedAt), visit.machine.timeZone), minutes })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
};
