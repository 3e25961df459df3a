import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { AddPushCommand, PushView } from '@kuluma/shared/model/views/push.ts';
import { postJson } from '../../parts/api-client.ts';
import { base64Of } from '../../parts/base64.ts';

/** Whether this browser tells of a changed day; `unsupported`: it can not, `denied`: its person said no to it. */
export type NoticeState = 'unsupported' | 'denied' | 'off' | 'on';

const urlSafe = (bytes: ArrayBuffer): string =>
  base64Of(new Uint8Array(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const canNotify = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

const subscriptionNow = async (): Promise<PushSubscription | null> =>
  (await navigator.serviceWorker.ready).pushManager.getSubscription();

const tellService = async ({ endpoint, ...rest }: PushSubscription): Promise<void> => {
  const { p256dh = '', auth = '' } = rest.toJSON().keys ?? {};
  await postJson<PushView>(peoplePaths.push(), { endpoint, p256dh, auth } satisfies AddPushCommand);
};

const subscribe = async (publicKey: string): Promise<void> => {
  const { pushManager } = await navigator.serviceWorker.ready;
  await tellService(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
};

/**
 * How it stands, and the service is told of this sign-in: a subscription of before hears on under it. One that was made with
 * other keys of the service is made anew.
 * @throws ProblemError when the service is not heard
 */
export const noticeState = async (publicKey: string): Promise<NoticeState> => {
  if (!canNotify()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  const subscription = await subscriptionNow();
  if (!subscription) return 'off';
  const { applicationServerKey } = subscription.options;
  if (applicationServerKey && urlSafe(applicationServerKey) !== publicKey) {
    await subscription.unsubscribe();
    await subscribe(publicKey);
  } else await tellService(subscription);
  return 'on';
};

/** Asks the person, then the browser, then tells the service. @throws ProblemError, and what the browser throws */
export const beginNotices = async (publicKey: string): Promise<NoticeState> => {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off';
  await subscribe(publicKey);
  return 'on';
};

/** The service is told first: what it does not know it can not send to. @throws ProblemError when it is not heard */
export const endNotices = async (): Promise<NoticeState> => {
  const subscription = await subscriptionNow();
  if (!subscription) return 'off';
  await postJson<PushView>(peoplePaths.endPush(), { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
  return 'off';
};
