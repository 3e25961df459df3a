import { RouterProvider } from '@tanstack/react-router';
import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { router } from './routes.tsx';
import { DeskComponents } from './shell/desk-components.tsx';

startPage(
  <SignedIn forRole="planner">
    {() => (
      <DeskComponents>
        <RouterProvider router={router} />
      </DeskComponents>
    )}
  </SignedIn>,
  { rooms: ['board', 'machine', 'setUp'] },
);
