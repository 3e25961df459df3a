import { readableName } from '@kuluma/shared/model/sentences.ts';
import type { RefusalView } from '@kuluma/shared/model/views/status.ts';
import { useWords } from '../parts/language.tsx';
import { momentText } from '../parts/sentences.ts';

/** What ingest kept out, in words, with how much and when last. */
export const RefusalList = ({ refusals, timeZone }: { refusals: readonly RefusalView[]; timeZone: string }) => {
  const words = useWords();
  return (
    <ul className="refusals">
      {refusals.map(({ reason, messages, samples, lastAt }) => (
        <li key={reason}>
          {words.coded('refusal', reason, readableName(reason))}
          <span className="small soft status-detail">
            {words.t(samples > 0 ? 'status.refusalSamples' : 'status.refusal', {
              messages,
              samples,
              last: momentText(words, lastAt, timeZone),
            })}
          </span>
        </li>
      ))}
    </ul>
  );
};
