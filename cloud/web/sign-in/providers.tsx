import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { SignInProviderView } from '@kuluma/shared/model/views/people.ts';
import { useWords } from '../parts/language.tsx';
import { useView } from '../parts/queries.ts';

/** Ways in by accounts that a company has anyway; nothing where there are none. */
export const Providers = () => {
  const words = useWords();
  const providers = useView<SignInProviderView[]>(peoplePaths.signInProviders());
  return providers.data?.map(({ providerId, name }) => (
    <a key={providerId} className="button" href={peoplePaths.signInAtProvider(providerId)}>
      {words.t('door.provider', { name })}
    </a>
  ));
};
