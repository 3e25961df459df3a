import type { Browser, BrowserContext } from 'playwright-core';

export type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** What a planner's browser is let in with. */
export const signIn = async (browser: Browser, url: string, secret: string): Promise<Cookies> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/sign-in/#${secret}`);
  await page.waitForURL(({ pathname }) => pathname.startsWith('/planner'));
  const cookies = await context.cookies();
  await context.close();
  return cookies;
};

/** A browser that has nothing of the pages yet, signed in. */
export const freshContext = async (browser: Browser, cookies: Cookies): Promise<BrowserContext> => {
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({ viewport, locale: 'fi-FI', timezoneId: 'Europe/Helsinki' });
  await context.addCookies(cookies);
  return context;
};
