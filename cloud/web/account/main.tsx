import { startPage } from '../parts/start-page.tsx';
import { AccountPage } from './account-page.tsx';

startPage(<AccountPage />, { rooms: ['door'] });
