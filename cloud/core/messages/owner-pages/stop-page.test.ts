import { expect, it } from 'vitest';
import { stopPage } from './stop-page.ts';

it('the page behind the stop link has a button only before it is pressed, and always the way to a person', () => {
  const helper = { company: 'Esimerkkihuolto', desk: { name: 'Huoltopalvelu', phone: '+358 00 000', email: '' } };
  for (const step of ['ask', 'done'] as const) expect(stopPage('en', '', step, helper)).toContain('tel:+35800000');
  expect(stopPage('fi', '', 'ask', helper)).toContain('<form method="post">');
  expect(stopPage('sv', '', 'done', helper)).not.toContain('<form');
});
