import { RouterProvider } from '@tanstack/react-router';
import { createQueries } from '../parts/queries.ts';
import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { askFirstViews } from './first-views.ts';
import { router } from './routes.tsx';
import { DeskComponents } from './shell/desk-components.tsx';

const queries = createQueries();
// The words, the code of the place, who is reading and what they look at are waited for together.
void askFirstViews(queries, router.latestLocation);
void router.load();

startPage(
  <SignedIn forRole="planner">
    {() => (
      <DeskComponents>
        <RouterProvider router={router} />
      </DeskComponents>
    )}
  </SignedIn>,
  { rooms: ['desk'], queries },
);
