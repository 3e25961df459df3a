import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { AuditPage } from './audit-page.tsx';

startPage(<SignedIn forRole="auditor">{(me) => <AuditPage me={me} />}</SignedIn>, { rooms: ['door'] });
