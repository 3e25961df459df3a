import { SignedIn } from '../parts/signed-in.tsx';
import { startPage } from '../parts/start-page.tsx';
import { PlannerPage } from './planner-page.tsx';

startPage(<SignedIn forRole="planner">{(me) => <PlannerPage me={me} />}</SignedIn>);
