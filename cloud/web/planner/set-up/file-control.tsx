import './file-control.css';
import { sizeText } from '@kuluma/shared/model/document-facts.ts';
import { documentMediaTypes, mostDocumentBytes, pictureBounds } from '@kuluma/shared/model/document-words.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { DocumentFileView } from '@kuluma/shared/model/views/documents.ts';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ProblemError } from '../../parts/api-client.ts';
import { useWords } from '../../parts/language.tsx';
import { getFile, openFile } from '../../parts/open-file.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { smallPicture } from '../../parts/small-picture.ts';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';
import { sendFile } from './send-file.ts';

/** The file of a document: sent as soon as it is chosen, in force once the form is saved. */
export const FileControl = ({
  label,
  fault,
  value,
  isPicture,
  onChange,
}: {
  label: string;
  fault: FieldFault | undefined;
  value: string | null;
  /** True for the picture of a machine, which is made small here. */
  isPicture: boolean;
  onChange: (fileId: string) => void;
}) => {
  const words = useWords();
  const id = useId();
  const { organisationId } = useReader();
  const [share, setShare] = useState(0);
  const [tooLarge, setTooLarge] = useState<number | null>(null);
  const known = useView<DocumentFileView>(setUpPaths.documentFile(organisationId, value ?? ''), {
    enabled: value !== null,
  });
  const sending = useMutation<string, Error, File>({
    mutationFn: async (chosen) => {
      const file = isPicture ? await smallPicture(chosen, pictureBounds) : chosen;
      if (!file) throw new Error('the file is no picture');
      return sendFile(organisationId, file, setShare);
    },
    onSuccess: onChange,
  });
  const most = sizeText(words, mostDocumentBytes);
  const choose = (file: File | undefined) => {
    if (!file || sending.isPending) return;
    sending.reset();
    setShare(0);
    setTooLarge(file.size > mostDocumentBytes ? file.size : null);
    if (file.size <= mostDocumentBytes) sending.mutate(file);
  };
  const file = value === null ? undefined : known.data;
  return (
    <div className="set-up-files">
      <label htmlFor={id}>{words.t(file ? 'setUp.file.replace' : 'setUp.file.choose')}</label>
      <p className="small soft" id={`${id}-hint`}>
        {isPicture
          ? words.t('setUp.file.pictureRule', {
              pixels: pictureBounds.pixels,
              most: sizeText(words, pictureBounds.bytes),
            })
          : words.t('setUp.file.rule', { most })}{' '}
        {words.t('setUp.file.edition')}
      </p>
      <input
        id={id}
        type="file"
        accept={isPicture ? 'image/*' : documentMediaTypes.join()}
        aria-describedby={`${id}-hint`}
        disabled={sending.isPending}
        onChange={({ currentTarget }) => {
          choose(currentTarget.files?.[0]);
          // The same file may be chosen again after it was put right.
          currentTarget.value = '';
        }}
      />
      <p role="status" aria-label={label}>
        {sending.isPending && sending.variables
          ? words.t('setUp.file.sending', { name: sending.variables.name, percent: words.percent(share) })
          : file
            ? `${file.name}, ${sizeText(words, file.bytes)}`
            : words.t('setUp.file.none')}
      </p>
      {file && !sending.isPending && (
        <div>
          <Button
            variant="subtle"
            onClick={() =>
              void openFile(getFile(setUpPaths.documentContent(organisationId, file.fileId)), null).catch(reportError)
            }
          >
            {words.t('setUp.file.open')}
          </Button>
        </div>
      )}
      {tooLarge !== null && (
        <p className="set-up-fault" role="alert">
          {words.t('setUp.file.tooLarge', { size: sizeText(words, tooLarge), most })}
        </p>
      )}
      {sending.error instanceof ProblemError && <ProblemNotice error={sending.error} command />}
      {sending.error && !(sending.error instanceof ProblemError) && (
        <p className="set-up-fault" role="alert">
          {words.t(isPicture ? 'setUp.file.noPicture' : 'documents.notOpened')}
        </p>
      )}
      <FaultLine fault={fault} />
    </div>
  );
};
