import './photo-strip.css';
import { IconCamera } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { PhotoMarker } from './photo-marker.tsx';

/**
 * Takes a photo, on which a finger can draw.
 * @param onUse says whether it was kept: what was not can be tried again
 */
export const PhotoTaker = ({ onUse }: { onUse: (jpeg: Blob) => Promise<boolean> }) => {
  const words = useWords();
  const [file, setFile] = useState<File | null>(null);
  const [noPicture, setNoPicture] = useState<string | null>(null);
  const close = () => setFile(null);
  return (
    <>
      {noPicture !== null && <p role="alert">{words.t('photo.notAPicture', { file: noPicture })}</p>}
      {file ? (
        <PhotoMarker
          file={file}
          onUse={async (jpeg) => {
            if (await onUse(jpeg)) close();
          }}
          onCancel={close}
          onNoPicture={() => {
            setNoPicture(file.name);
            close();
          }}
        />
      ) : (
        <label className="button photo-take">
          <IconCamera size={20} aria-hidden="true" />
          {words.t('photo.take')}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            onChange={({ target }) => {
              setNoPicture(null);
              setFile(target.files?.[0] ?? null);
              target.value = '';
            }}
          />
        </label>
      )}
    </>
  );
};
