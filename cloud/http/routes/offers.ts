import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { OfferAnswerCommand } from '@kuluma/shared/model/views/commands.ts';
import { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { Type } from 'typebox';
import { ownerMaySee } from '../../core/access/ownership.ts';
import type { Principal } from '../../core/access/principal.ts';
import { answerOffer } from '../../pipelines/answer-offers.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { offerViewOf } from '../views/offer.ts';
import { IfMatch, pathIds } from './route-parts.ts';

/** A planner sees all offers; an owner their own, made while the machine was theirs. One that was withdrawn nobody. */
const maySee = async (lookup: Lookup, principal: Principal, offer: RecordOf<'offer'>): Promise<boolean> => {
  const { ownerId, roles } = principal;
  if (offer.state === 'withdrawn') return false;
  if (roles.includes('planner')) return true;
  if (!ownerId || offer.ownerId !== ownerId) return false;
  const ownerships = await lookup.by('machineOwnership', 'machineId', offer.machineId);
  return ownerMaySee(ownerships, ownerId, offer.machineId, offer.createdAtMs);
};

/** @throws NOT_FOUND also for an offer that is not the principal's to see. */
export const requireOffer = async (
  lookup: Lookup,
  principal: Principal,
  offerId: string,
): Promise<RecordOf<'offer'>> => {
  const offer = await lookup.get('offer', offerId);
  if (!offer || !(await maySee(lookup, principal, offer))) throw new AppError('NOT_FOUND', 'there is no such offer');
  return offer;
};

const visibleOffers = (lookup: Lookup, { ownerId, roles }: Principal): Promise<RecordOf<'offer'>[]> => {
  if (roles.includes('planner')) return lookup.list('offer', { newestFirst: true });
  return ownerId ? lookup.list('offer', { where: { ownerId }, newestFirst: true }) : Promise.resolve([]);
};

/** Offers as their owner sees them, and the answer. */
export const registerOfferRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['offers'];
  const params = pathIds({ offerId: idOf('offer') });
  const response = { 200: OfferView };

  app.get(
    apiPaths.offers(':organisationId'),
    {
      config: { right: 'offer:read' },
      schema: { tags, summary: 'Offers, newest first', params: pathIds({}), response: { 200: Type.Array(OfferView) } },
    },
    async (request) => {
      const principal = principalOf(request);
      const lookup = createLookup(deps.records, request.params.organisationId);
      const views: OfferView[] = [];
      for (const offer of await visibleOffers(lookup, principal))
        if (await maySee(lookup, principal, offer)) views.push(await offerViewOf(lookup, offer, deps.clock.now()));
      return views;
    },
  );
  app.get(
    apiPaths.offer(':organisationId', ':offerId'),
    { config: { right: 'offer:read' }, schema: { tags, summary: 'One offer', params, response } },
    async (request, reply) => {
      const { organisationId, offerId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const offer = await requireOffer(lookup, principalOf(request), offerId);
      return sendVersioned(reply, await offerViewOf(lookup, offer, deps.clock.now()));
    },
  );
  app.post(
    apiPaths.offerAnswer(':organisationId', ':offerId'),
    {
      config: { right: 'offer:answer' },
      schema: {
        tags,
        summary: 'Accepts a time, declines, or asks for a call',
        params,
        headers: IfMatch,
        body: OfferAnswerCommand,
        response,
      },
    },
    async (request, reply) => {
      const { organisationId, offerId } = request.params;
      const principal = principalOf(request);
      const seenVersion = seenVersionOf(request);
      const { contactId } = principal;
      if (!contactId) throw new AppError('FORBIDDEN', 'only the owner answers an offer');
      const view = await runOnce(deps.records, request, async (tx) => {
        await requireOffer(createLookup(tx, organisationId), principal, offerId);
        await answerOffer(deps, tx, { organisationId, offerId, contactId, seenVersion, command: request.body });
        const lookup = createLookup(tx, organisationId);
        return offerViewOf(lookup, await requireOffer(lookup, principal, offerId), deps.clock.now());
      });
      return sendVersioned(reply, view);
    },
  );
};
