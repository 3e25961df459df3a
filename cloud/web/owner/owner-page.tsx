import './letter.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { offerSentence } from '@kuluma/shared/model/sentences.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { useEffect } from 'react';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { liveMs, useView } from '../parts/queries.ts';
import { ReaderControls } from '../parts/reader-controls.tsx';
import { TagSentence } from '../parts/tag-sentence.tsx';

const pageOf = ({ offerId }: OfferView): string => `/owner/offers/${offerId}`;

/** The owner's way to the pages of the offers: one is opened at once, several come as a list. */
export const OwnerPage = ({ me }: { me: MeView }) => {
  const words = useWords();
  const offers = useView<OfferView[]>(apiPaths.offers(me.organisationId), { everyMs: liveMs });
  const list = offers.data ?? [];
  const only = list.length === 1 ? list[0] : undefined;
  useEffect(() => {
    if (only) window.location.replace(pageOf(only));
  }, [only]);
  return (
    <div className="letter">
      <header className="letter-head">
        <span>{list[0]?.serviceCompany ?? me.organisationName}</span>
        <ReaderControls />
      </header>
      <main id="content" aria-live="polite">
        {offers.error && <ProblemNotice error={offers.error} onRetry={() => void offers.refetch()} />}
        {(offers.isPending || only) && <div className="skeleton letter-skeleton" />}
        {offers.data && list.length === 0 && (
          <>
            <h1>{words.t('owner.empty')}</h1>
            <p>{words.t('owner.emptyWhy', { company: me.organisationName })}</p>
          </>
        )}
        {list.length > 1 && <OfferList offers={list} />}
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
            <a href={pageOf(offer)}>
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
