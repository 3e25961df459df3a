import { RouterProvider } from '@tanstack/react-router';
import { askMe, createQueries } from '../parts/queries.ts';
import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { router } from './routes.tsx';
import { DeskComponents } from './shell/desk-components.tsx';

const queries = createQueries();
// The words, the code of the place and who is reading are waited for together.
void askMe(queries);
void router.load();

startPage(
  <SignedIn forRole="planner">
    {() => (
      <DeskComponents>
        <RouterProvider router={router} />
      </DeskComponents>
    )}
  </SignedIn>,
  { rooms: ['board', 'machine', 'setUp', 'gateway'], queries },
);
