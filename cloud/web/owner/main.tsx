import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { OwnerPage } from './owner-page.tsx';

startPage(<SignedIn forRole="owner">{(me) => <OwnerPage me={me} />}</SignedIn>);
