import './owner-page.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { liveMs, useView } from '../parts/queries.ts';
import { ReaderControls } from '../parts/reader-controls.tsx';
import { hrefOf, useRoute } from '../parts/router.ts';
import { offerSentence } from '../parts/sentences.ts';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { OfferLetter } from './offer-letter.tsx';

/** The owner's page: one matter, one minute. Several open matters come as a list first. */
export const OwnerPage = ({ me }: { me: MeView }) => {
  const words = useWords();
  const [, chosenId] = useRoute();
  const offers = useView<OfferView[]>(apiPaths.offers(me.organisationId), { everyMs: liveMs });
  const list = offers.data ?? [];
  const shown = list.find((offer) => offer.offerId === chosenId) ?? (list.length === 1 ? list[0] : undefined);
  return (
    <div className="letter">
      <header className="letter-head">
        <span>{list[0]?.serviceCompany ?? me.organisationName}</span>
        <ReaderControls />
      </header>
      <main id="content" aria-live="polite">
        {offers.error && <ProblemNotice error={offers.error} onRetry={() => void offers.refetch()} />}
        {offers.isPending && <div className="skeleton letter-skeleton" />}
        {offers.data && list.length === 0 && (
          <>
            <h1>{words.t('owner.empty')}</h1>
            <p>{words.t('owner.emptyWhy', { company: me.organisationName })}</p>
          </>
        )}
        {shown && list.length > 1 && (
          <p className="no-print">
            <a href={hrefOf()}>{words.t('owner.all', { count: list.length })}</a>
          </p>
        )}
        {shown && <OfferLetter me={me} offer={shown} key={shown.offerId} />}
        {!shown && list.length > 1 && <OfferList offers={list} />}
      </main>
    </div>
  );
};

const OfferList = ({ offers }: { offers: readonly OfferView[] }) => {
  const words = useWords();
  return (
    <>
      <h1>{words.t('owner.list', { count: offers.filter((offer) => offer.state === 'sent').length })}</h1>
      <ul className="offer-list">
        {offers.map((offer) => (
          <li key={offer.offerId}>
            <a href={hrefOf('offers', offer.offerId)}>
              <span className="offer-list-work">
                <TagSentence text={offerSentence(words, offer)} tag={offer.machine.tag} />
              </span>
              <span className="soft">
                {words.t('owner.listState', {
                  state: words.t(`ownerState.${offer.state}`),
                  price: words.money(offer.total.grossCents),
                })}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
};
