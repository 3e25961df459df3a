import './known-form.css';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpDone, SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useWords } from '../../parts/language.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { Conflict, changesSince } from './conflict.tsx';
import { type Draft, entryOf, type FieldFault, faultsOf } from './draft.ts';
import { FieldControl } from './field-control.tsx';
import { formOf } from './fields.ts';
import { FormProblem } from './form-problem.tsx';

/** The form of one kind: a new thing, or one that is known as `known` has it. */
export const EntryForm = ({
  kind,
  known,
  start,
  isSaved = false,
  onSaved,
}: {
  kind: SetUpKind;
  known: SetUpEntryView | null;
  start: Draft;
  /** True right after a save. */
  isSaved?: boolean;
  onSaved: (done: SetUpDone) => void;
}) => {
  const words = useWords();
  const { organisationId } = useReader();
  const [draft, setDraft] = useState(start);
  /** What the reader has before them; a newer one does not change what they type, until they ask for it. */
  const [seen, setSeen] = useState(known);
  const [isDirty, setDirty] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const command = useCommand<SetUpDone, { entry: Draft }>((done) => {
    // Before anything leads away: what is saved holds nobody back.
    flushSync(() => setDirty(false));
    onSaved(done);
  });
  useBlocker({
    shouldBlockFn: () => isDirty && !window.confirm(words.t('setUp.leave')),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
  const { error } = command;
  const isConflict = error?.problem.code === 'CONFLICT';
  const faults = error ? faultsOf(error.problem) : new Map<string, FieldFault>();
  const isNewer = known !== null && seen !== null && known.version !== seen.version;
  const path = known ? setUpPaths.entry(organisationId, kind, known.id) : setUpPaths.list(organisationId, kind);

  const change = (name: string, value: unknown) => {
    setDirty(true);
    setDraft((before) => ({ ...before, [name]: value }));
  };
  const takeNewer = () => {
    if (!known) return;
    setSeen(known);
    setDraft(known.entry);
    setDirty(false);
    command.reset();
  };
  const keepMine = () => {
    setSeen(known);
    command.reset();
  };
  // Nothing typed: what somebody else saved simply shows.
  if (isNewer && !isDirty && !command.isPending && !isConflict) {
    setSeen(known);
    setDraft(known.entry);
  }

  return (
    <form
      ref={form}
      className="set-up-form"
      onSubmit={(event) => {
        event.preventDefault();
        command.mutate({
          target: seen ? { path, version: seen.version } : { path },
          body: { entry: entryOf(kind, draft) },
        });
      }}
    >
      {formOf[kind].map(({ title, fields }, at) => (
        <section key={title} aria-label={words.t(`setUp.group.${title}`)}>
          {at > 0 && <h2>{words.t(`setUp.group.${title}`)}</h2>}
          {fields.map((field) => (
            <FieldControl
              key={field.name}
              field={field}
              kind={kind}
              value={draft[field.name]}
              draft={draft}
              faults={faults}
              isKnown={known !== null}
              onChange={(value) => change(field.name, value)}
            />
          ))}
        </section>
      ))}
      {seen && known && isNewer && isDirty && (
        <Conflict changes={changesSince(known, seen)} onTake={takeNewer} onKeep={keepMine} />
      )}
      <FormProblem error={error} faults={faults} />
      <div className="set-up-save">
        <Button type="submit" variant="filled" loading={command.isPending} disabled={known !== null && !isDirty}>
          {words.t('setUp.save')}
        </Button>
        {isDirty && known && <Button onClick={takeNewer}>{words.t('setUp.undo')}</Button>}
        <span role="status" className="soft">
          {isSaved && !isDirty ? words.t('setUp.saved') : ''}
        </span>
      </div>
    </form>
  );
};
