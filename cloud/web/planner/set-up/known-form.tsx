import './known-form.css';
import './change-list.css';
import './set-up.css';
import type { SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useCommand } from '../../parts/use-command.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { BackLink } from './back-link.tsx';
import { ChangeLine } from './change-list.tsx';
import { Conflict, changesSince } from './conflict.tsx';
import { type FieldFault, type FieldFaults, faultsOf } from './draft.ts';
import { FormProblem } from './form-problem.tsx';

/** What a company has once, and what was changed of it. */
interface Known {
  readonly version: number;
  readonly changes: SetUpEntryView['changes'];
}

/** The page of what a company has once: its form, and who changed what. */
export const KnownPlace = <View extends Known>({
  title,
  path,
  note,
  children,
}: {
  title: string;
  path: string;
  /** What stands above the changes. */
  note?: (view: View) => ReactNode;
  children: (view: View) => ReactNode;
}) => {
  const words = useWords();
  const entry = useView<View>(path);
  const view = entry.data;
  return (
    <div className="set-up">
      <BackLink to="/set-up" />
      <div className="place-head">
        <h1>{title}</h1>
      </div>
      <ViewProblem view={entry} />
      {entry.isPending && <div className="skeleton set-up-skeleton" role="status" aria-label={words.t('loading')} />}
      {view && (
        <div className="set-up-entry">
          {children(view)}
          <aside className="set-up-aside">
            {(note || view.changes.length > 0) && (
              <section aria-labelledby="known-changes">
                <h2 id="known-changes">{words.t('setUp.changes')}</h2>
                {note?.(view)}
                <ul className="set-up-changes">
                  {view.changes.map((change) => (
                    <ChangeLine key={change.at} change={change} />
                  ))}
                </ul>
              </section>
            )}
          </aside>
        </div>
      )}
    </div>
  );
};

/** What a form is filled in with, and how. */
export interface Filling<Draft> {
  readonly draft: Draft;
  readonly set: <Name extends keyof Draft>(name: Name, value: Draft[Name]) => void;
  readonly faults: FieldFaults;
}

/** A form of what a company has once. What somebody else saves meanwhile shows, but over nothing that was typed. */
export const KnownForm = <View extends Known, Draft extends object>({
  known,
  path,
  draftOf,
  children,
}: {
  known: View;
  path: string;
  draftOf: (view: View) => Draft;
  children: (filling: Filling<Draft>) => ReactNode;
}) => {
  const words = useWords();
  const [seen, setSeen] = useState(known);
  const [draft, setDraft] = useState(() => draftOf(known));
  const [isDirty, setDirty] = useState(false);
  const take = (view: View) => {
    setSeen(view);
    setDraft(draftOf(view));
    setDirty(false);
  };
  const command = useCommand<View, { entry: Draft }>(take);
  const { error } = command;
  const isNewer = known.version > seen.version;
  const faults = error ? faultsOf(error.problem) : new Map<string, FieldFault>();
  const takeKnown = () => {
    take(known);
    command.reset();
  };
  useBlocker({
    shouldBlockFn: () => isDirty && !window.confirm(words.t('setUp.leave')),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
  // Nothing typed: what somebody else saved simply shows.
  if (isNewer && !isDirty && !command.isPending) take(known);
  return (
    <form
      className="set-up-form"
      onSubmit={(event) => {
        event.preventDefault();
        command.mutate({ target: { path, version: seen.version }, body: { entry: draft } });
      }}
    >
      {children({
        draft,
        set: (name, value) => {
          setDirty(true);
          setDraft((before) => ({ ...before, [name]: value }));
        },
        faults,
      })}
      {isNewer && isDirty && (
        <Conflict
          changes={changesSince(known, seen)}
          onTake={takeKnown}
          onKeep={() => {
            setSeen(known);
            command.reset();
          }}
        />
      )}
      <FormProblem error={error} faults={faults} />
      <div className="set-up-save">
        <Button type="submit" variant="filled" loading={command.isPending} disabled={!isDirty}>
          {words.t('setUp.save')}
        </Button>
        {isDirty && <Button onClick={takeKnown}>{words.t('setUp.undo')}</Button>}
        <span role="status" className="soft">
          {command.isSuccess && !isDirty ? words.t('setUp.saved') : ''}
        </span>
      </div>
    </form>
  );
};
