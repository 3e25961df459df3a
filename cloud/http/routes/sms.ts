import { asAppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { SmsArrived, SmsDelivery, SmsReplyView } from '@kuluma/shared/model/views/sms.ts';
import { Type } from 'typebox';
import { messageWords } from '../../core/messages/words.ts';
import { answerSms, enterDelivery } from '../../pipelines/answer-sms.ts';
import { requireBearer } from '../bearer.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** What the SMS gateway tells us (docs/sms-gateway.md). */
export const registerSmsRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['sms'];
  const config = { right: 'public', fromElsewhere: true } as const;
  app.post(
    apiPaths.smsInbound(),
    { config, schema: { tags, summary: 'A text message came in', body: SmsArrived, response: { 200: SmsReplyView } } },
    async (request) => {
      requireBearer(request, deps.smsInboundToken, 'the SMS gateway');
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
      requireBearer(request, deps.smsInboundToken, 'the SMS gateway');
      const ways = { ...deps, mails: deps.linkMail !== undefined };
      await enterDelivery(ways, { id: request.body.id, delivered: request.body.state === 'delivered' });
      return reply.status(204).send(null);
    },
  );
};
