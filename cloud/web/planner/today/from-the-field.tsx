import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { FollowUpView } from '@kuluma/shared/model/views/visit.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';

/** What technicians at machines need of the desk. */
export const useFieldMatters = (): FollowUpView[] => {
  const { organisationId } = useReader();
  return useView<FollowUpView[]>(apiPaths.followUps(organisationId), { everyMs: calmMs }).data ?? [];
};

/** What technicians at machines wait for; nothing is shown while nobody does. */
export const FromTheField = () => {
  const words = useWords();
  const me = useReader();
  const asked = useFieldMatters();
  const handle = useCommand<FollowUpView, object>();
  if (asked.length === 0) return null;
  return (
    <section className="today-list from-the-field" aria-labelledby="from-the-field">
      <h2 id="from-the-field">
        <span className="today-count">{words.number(asked.length)}</span> {words.t('field.title')}
      </h2>
      {handle.error && <ProblemNotice error={handle.error} />}
      <ul>
        {asked.map(({ followUpId, version, kind, text, at, technicianName, machine }) => (
          <li key={followUpId}>
            <Link to="/machines/$machineId" params={{ machineId: machine.machineId }}>
              <span className="today-sentence">
                {words.t(`field.${kind}`, { name: technicianName, machine: machine.tag })}
              </span>
              {text && <span>{text}</span>}
              <span className="small soft">{momentText(words, at, machine.timeZone)}</span>
            </Link>
            <button
              type="button"
              className="button"
              disabled={handle.isPending}
              aria-label={words.t('field.handledOf', { machine: machine.tag })}
              onClick={() =>
                handle.mutate({
                  target: { path: apiPaths.followUpHandled(me.organisationId, followUpId), version },
                  body: {},
                })
              }
            >
              {words.t('field.handled')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
};
