import { timingSafeEqual } from 'node:crypto';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { SmsArrived, SmsDelivery, SmsReplyView } from '@kuluma/shared/model/views/sms.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { messageWords } from '../../core/messages/words.ts';
import { answerSms, enterDelivery } from '../../pipelines/answer-sms.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { hashOf } from '../secrets.ts';

/** @throws NOT_SIGNED_IN for whoever is not the SMS gateway. */
const requireGateway = ({ headers }: Pick<FastifyRequest, 'headers'>, token: string | undefined): void => {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  // Of the hashes: texts of different lengths cannot be compared in constant time.
  const isGateway = token !== undefined && timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hashOf(token)));
  if (!isGateway) throw new AppError('NOT_SIGNED_IN', 'this is not the token of the SMS gateway');
};

/** What the SMS gateway tells us (docs/sms-gateway.md). */
export const registerSmsRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['sms'];
  const config = { right: 'public', fromElsewhere: true } as const;
  app.post(
    apiPaths.smsInbound(),
    { config, schema: { tags, summary: 'A text message came in', body: SmsArrived, response: { 200: SmsReplyView } } },
    async (request) => {
      requireGateway(request, deps.smsInboundToken);
      const { id, from, text, receivedAt } = request.body;
      try {
        return { reply: await answerSms(deps, { id, from, text, receivedAtMs: Date.parse(receivedAt) }) };
      } catch (error) {
        if (asAppError(error).code !== 'NOT_FOUND') throw error;
        // Who it is nobody knows: the log has that it happened, not the number.
        deps.log.warn({ smsId: id }, 'a text message came from an unknown number');
        return { reply: messageWords('fi').t('smsReply.unknown') };
      }
    },
  );
  app.post(
    apiPaths.smsDelivery(),
    { config, schema: { tags, summary: 'What became of one', body: SmsDelivery, response: { 204: Type.Null() } } },
    async (request, reply) => {
      requireGateway(request, deps.smsInboundToken);
      await enterDelivery(deps, { id: request.body.id, delivered: request.body.state === 'delivered' });
      return reply.status(204).send(null);
    },
  );
};
