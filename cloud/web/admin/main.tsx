import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { PeoplePage } from './people-page.tsx';

startPage(<SignedIn forRole="admin">{(me) => <PeoplePage me={me} />}</SignedIn>, { rooms: ['door'] });
