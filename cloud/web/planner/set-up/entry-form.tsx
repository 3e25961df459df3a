import './known-form.css';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpDone, SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
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
  onSaved,
}: {
  kind: SetUpKind;
  known: SetUpEntryView | null;
  start: Draft;
  onSaved?: (done: SetUpDone) => void;
}) => {
  const words = useWords();
  const { organisationId } = useReader();
  const [draft, setDraft] = useState(start);
  /** What the reader has before them; a newer one does not change what they type, until they ask for it. */
  const [seen, setSeen] = useState(known);
  const [isDirty, setDirty] = useState(false);
  const command = useCommand<SetUpDone, { entry: Draft }>((done) => {
    // Before anything leads away: what is saved holds nobody back.
    flushSync(() => setDirty(false));
    // What was saved is no news to whoever saved it, also where they typed on before it was read again.
    setSeen((before) => before && { ...before, version: done.version });
    onSaved?.(done);
  });
  useBlocker({
    shouldBlockFn: () => isDirty && !window.confirm(words.t('setUp.leave')),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
  const { error } = command;
  const isConflict = error?.problem.code === 'CONFLICT';
  const faults = error ? faultsOf(error.problem) : new Map<string, FieldFault>();
  const isNewer = known !== null && seen !== null && known.version > seen.version;
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
  if (known && seen && known !== seen && known.version >= seen.version) {
    if (!isDirty && !isConflict) {
      // Nothing typed: what is kept simply shows, of somebody else or as the service wrote it.
      setSeen(known);
      setDraft(known.entry);
    } else if (!isNewer) setSeen(known);
  }

  return (
    <form
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
      {seen && known && isNewer && isDirty && !command.isPending && (
        <Conflict changes={changesSince(known, seen)} onTake={takeNewer} onKeep={keepMine} />
      )}
      <FormProblem error={error} faults={faults} />
      <div className="set-up-save">
        <Button type="submit" variant="filled" loading={command.isPending} disabled={known !== null && !isDirty}>
          {words.t('setUp.save')}
        </Button>
        {isDirty && known && <Button onClick={takeNewer}>{words.t('setUp.undo')}</Button>}
        <span role="status" className="soft">
          {command.isSuccess && !isDirty ? words.t('setUp.saved') : ''}
        </span>
      </div>
    </form>
  );
};
