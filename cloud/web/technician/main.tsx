import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { TechnicianPage } from './technician-page.tsx';

startPage(<SignedIn forRole="technician">{(me) => <TechnicianPage me={me} />}</SignedIn>);
