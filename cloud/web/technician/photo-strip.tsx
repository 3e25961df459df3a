import './photo-strip.css';
import type { WorkField } from '@kuluma/shared/model/merged-work.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { CheckPlace, VisitStep, WorkValue } from '@kuluma/shared/model/visit-work.ts';
import { useEffect, useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { usePhone, usePhoneState } from './offline/phone-provider.tsx';
import type { KeptPhoto } from './offline/photos.ts';
import { PhotoTaker } from './photo-taker.tsx';

type Photo = Extract<WorkValue, { kind: 'photo' }>;

/** What a photo shows: the work of a step, or the answer to a question. */
interface Shown {
  readonly step: VisitStep;
  readonly check?: CheckPlace;
}

const photosOf = (work: ReadonlyMap<string, WorkField>, { step, check }: Shown): Photo[] =>
  [...work.values()].flatMap(({ value }) =>
    value.kind === 'photo' &&
    value.state === 'kept' &&
    value.step === step &&
    value.check?.editionId === check?.editionId &&
    value.check?.item === check?.item
      ? [value]
      : [],
  );

/** Photos of a step: take one, draw on it, take it back. */
export const PhotoStrip = ({
  visit,
  work,
  shown,
  title,
}: {
  visit: VisitView;
  work: ReadonlyMap<string, WorkField>;
  shown: Shown;
  /** What the photos are of; the step's own without one. */
  title?: string;
}) => {
  const words = useWords();
  const phone = usePhone();
  const { photos: waiting } = usePhoneState();
  return (
    <section className="photo-strip" aria-label={title ?? words.t('photo.title')}>
      <ul>
        {photosOf(work, shown).map((photo, at) => (
          <li key={photo.fileId}>
            <Picture number={at + 1} kept={waiting.find(({ fileId }) => fileId === photo.fileId)} />
            <button type="button" className="button plain" onClick={() => void phone.dropPhoto(visit, photo)}>
              {words.t('photo.remove', { number: at + 1 })}
            </button>
          </li>
        ))}
      </ul>
      <PhotoTaker onUse={(jpeg) => phone.takePhoto(visit, shown, jpeg)} />
    </section>
  );
};

/** A photo that waits is shown from the phone; one that is sent has left it. */
const Picture = ({ number, kept }: { number: number; kept: KeptPhoto | undefined }) => {
  const words = useWords();
  const [source, setSource] = useState<string | null>(null);
  const bytes = kept?.bytes;
  useEffect(() => {
    if (!bytes) return setSource(null);
    const reader = new FileReader();
    reader.onload = () => setSource(String(reader.result));
    reader.readAsDataURL(new Blob([bytes], { type: 'image/jpeg' }));
    return () => reader.abort();
  }, [bytes]);
  return (
    <>
      {source ? (
        <img src={source} alt={words.t('photo.one', { number })} />
      ) : (
        <p className="photo-strip-sent">{words.t('photo.sent', { number })}</p>
      )}
      {kept?.refusal && <p role="alert">{words.t('photo.refused')}</p>}
    </>
  );
};
