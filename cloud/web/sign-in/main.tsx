import { startPage } from '../parts/start-page.tsx';
import { SignInPage } from './sign-in-page.tsx';

startPage(<SignInPage />, { rooms: ['door'] });
