import './known-form.css';
import './file-control.css';
import './set-up.css';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { ImportView } from '@kuluma/shared/model/views/set-up.ts';
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ProblemError, postJson } from '../../parts/api-client.ts';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { BackLink } from './back-link.tsx';
import { mostBytes, readFiles } from './import-files.ts';
import { FaultTable, ImportResult } from './import-result.tsx';

/** Files of another system: first what they would change, then, if that is right, the change. */
export const ImportPlace = () => {
  const words = useWords();
  const queries = useQueryClient();
  const { organisationId } = useReader();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [system, setSystem] = useState('import');
  const [leaveOutWrong, setLeaveOut] = useState(false);
  const command = useMutation<ImportView, ProblemError | Error, { mark?: string }>({
    mutationFn: async ({ mark }) =>
      postJson<ImportView>(setUpPaths.import(organisationId), {
        files: await readFiles(files),
        system: system.trim(),
        ...(mark === undefined ? {} : { mark, leaveOutWrong }),
      }),
    onSuccess: (view) => (view.written ? queries.invalidateQueries() : undefined),
  });
  const { data: view, error } = command;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const isTooLarge = bytes > mostBytes;
  const problem = error && 'problem' in error ? error : null;
  const mayWrite = view && !view.written && view.counts.length > 0 && (view.faultCount === 0 || leaveOutWrong);
  const again = () => {
    command.reset();
    setLeaveOut(false);
  };
  return (
    <div className="set-up">
      <BackLink to="/set-up" />
      <div className="place-head">
        <h1>{words.t('setUp.import')}</h1>
        <p className="soft">{words.t('setUp.import.what')}</p>
      </div>
      <form
        className="set-up-form"
        onSubmit={(event) => {
          event.preventDefault();
          command.mutate({});
        }}
      >
        <div className="set-up-files">
          <label htmlFor="import-files">{words.t('setUp.import.files')}</label>
          <p className="small soft" id="import-files-hint">
            {words.t('setUp.import.filesHint', { size: mostBytes / 1024 / 1024 })}
          </p>
          <input
            id="import-files"
            type="file"
            multiple
            required
            accept=".csv,.json,text/csv,application/json"
            aria-describedby="import-files-hint"
            onChange={(event) => {
              setFiles([...(event.currentTarget.files ?? [])]);
              again();
            }}
          />
          {isTooLarge && (
            <p className="set-up-fault" role="alert">
              {words.t('setUp.import.tooLarge', {
                size: words.number(bytes / 1024 / 1024, 1),
                most: mostBytes / 1024 / 1024,
              })}
            </p>
          )}
        </div>
        <TextInput
          label={words.t('setUp.import.system')}
          description={words.t('setUp.import.systemHint')}
          required
          value={system}
          onChange={(event) => {
            setSystem(event.currentTarget.value);
            again();
          }}
        />
        <div className="set-up-save">
          <Button
            type="submit"
            variant={view ? 'default' : 'filled'}
            loading={command.isPending && !view}
            disabled={files.length === 0 || isTooLarge}
          >
            {words.t('setUp.import.look')}
          </Button>
        </div>
      </form>
      {problem && problem.problem.faults.length > 0 && (
        <FaultTable faults={problem.problem.faults} count={problem.problem.faults.length} />
      )}
      {problem && problem.problem.faults.length === 0 && <ProblemNotice error={problem} command />}
      {error && !problem && <p role="alert">{words.t('setUp.import.gone')}</p>}
      {view && <ImportResult view={view} />}
      {view && !view.written && view.counts.length > 0 && (
        <div className="set-up-save">
          {view.faultCount > 0 && (
            <Checkbox
              label={words.t('setUp.import.leaveOut', { count: view.faultCount })}
              checked={leaveOutWrong}
              onChange={(event) => setLeaveOut(event.currentTarget.checked)}
            />
          )}
          <Button
            variant="filled"
            disabled={!mayWrite}
            loading={command.isPending}
            onClick={() => command.mutate({ mark: view.mark })}
          >
            {words.t('setUp.import.write')}
          </Button>
        </div>
      )}
    </div>
  );
};
