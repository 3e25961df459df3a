import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { approveOffer, type Tenant, type World } from './http-world.ts';

/** The page of an offer as somebody has it open, and what its forms send. */
export interface OpenOffer {
  readonly status: number;
  readonly html: string;
  readonly slotIds: string[];
  /** To which a booked visit could be moved. */
  readonly places: string[];
  readonly headers: Readonly<Record<string, unknown>>;
  submit(answer: string, fields?: Record<string, string>): Promise<{ status: number; html: string }>;
}

const valuesOf = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value]) => value ?? '');

/** Opens the page of a link without signing in, as a mail reader's browser does. */
export const openOffer = async ({ app }: World, secret: string, query = ''): Promise<OpenOffer> => {
  const url = `/offer/${secret}`;
  const { statusCode: status, body: html, headers } = await app.inject({ method: 'GET', url: `${url}${query}` });
  return {
    status,
    html,
    headers,
    slotIds: valuesOf(html, 'slotId'),
    places: valuesOf(html, 'place'),
    async submit(answer, fields = {}) {
      const hidden = new RegExp(`name="answer" value="${answer}">\\s*(.*)\\s*(.*)`).exec(html)?.slice(1).join('') ?? '';
      const form = { answer, version: valuesOf(hidden, 'version')[0] ?? '', ...fields };
      const reply = await app.inject({
        method: 'POST',
        url,
        payload: new URLSearchParams({
          idempotencyKey: valuesOf(hidden, 'idempotencyKey')[0] ?? '',
          ...form,
        }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      return { status: reply.statusCode, html: reply.body };
    },
  };
};

/** The links of a letter about an offer, as its contact gets them. */
export const linksTo = async (
  world: World,
  { organisationId, contactId, id }: Pick<RecordOf<'offer'>, 'organisationId' | 'contactId' | 'id'>,
): Promise<{ open: string; stop: string }> => {
  const contact = await world.records.get('contact', organisationId, contactId);
  if (!contact) throw new Error('the offer has no contact');
  return letterLinks(world.deps)(contact, { offerId: id });
};

/** The secret of the link to an offer that its contact has just accepted. @param latest the last of its times, else the first */
export const bookedOffer = async (world: World, tenant: Tenant, latest = false): Promise<string> => {
  await approveOffer(tenant);
  const [offer] = await world.records.list('offer', tenant.organisationId);
  if (!offer) throw new Error('nothing was offered');
  const { open } = await linksTo(world, offer);
  const page = await openOffer(world, open);
  const slots = offer.slots.toSorted((a, b) => a.startMs - b.startMs);
  const slotId = (latest ? slots.at(-1) : slots[0])?.id ?? '';
  const { status, html } = await page.submit('accept', { slotId });
  if (status !== 303) throw new Error(html);
  return open;
};

/** The one visit of a tenant. */
export const theVisitOf = async (world: World, { organisationId }: Tenant) => {
  const [visit] = await world.records.list('visit', organisationId);
  if (!visit) throw new Error('nothing was booked');
  return visit;
};
