import { createQueries } from '../parts/queries.ts';
import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import type { KeptDraft } from './kept-draft.ts';
import { keepViews, restoreViews } from './offline/kept-views.ts';
import { PhoneProvider } from './offline/phone-provider.tsx';
import { PhoneStore } from './offline/phone-store.ts';
import { keepShell } from './offline/shell.ts';
import { TechnicianPage } from './technician-page.tsx';

const store = new PhoneStore();
const queries = createQueries();
// A phone that keeps nothing, as in a private window, is no reason not to show the day.
await restoreViews(queries, store).catch(reportError);
const drafts = await store.drafts().catch((error: unknown) => {
  reportError(error);
  return new Map<string, KeptDraft>();
});
keepViews(queries, store);
keepShell();
startPage(
  <SignedIn forRole="technician">
    {(me) => (
      <PhoneProvider store={store} me={me} drafts={drafts}>
        <TechnicianPage me={me} keeper={store} />
      </PhoneProvider>
    )}
  </SignedIn>,
  { rooms: ['phone'], queries },
);
