import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { startAuthentication } from '@simplewebauthn/browser';
import { postJson } from './api-client.ts';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** Lets the reader unlock whichever passkey the browser has for this service; `path` judges what it signs. */
export const showPasskey = async <View>(path: string): Promise<View> => {
  const optionsJSON = await postJson<Options>(peoplePaths.passkeySignInOptions(), {});
  const { id, rawId, type, response } = await startAuthentication({ optionsJSON });
  return postJson<View>(path, { response: { id, rawId, type, response, clientExtensionResults: {} } });
};
