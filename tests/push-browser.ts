import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { PushAddress } from '@kuluma/shared/model/push.ts';

/** A browser with its push service, on loopback: what is posted to its address it opens as RFC 8291 says. */
export class PushBrowser {
  readonly #keys = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  readonly #server = createServer((request, response) => {
    buffer(request).then((body) => {
      this.got.push({ headers: request.headers, body });
      if (this.answer === 'hangUp') request.socket.destroy();
      else response.writeHead(this.answer).end();
    }, response.destroy.bind(response));
  });
  #port = 0;
  readonly got: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
  /** Status that it answers with. */
  answer: number | 'hangUp' = 201;

  constructor() {
    this.#keys.generateKeys();
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get address(): PushAddress {
    return {
      endpoint: `${this.origin}/push/1`,
      p256dh: this.#keys.getPublicKey('base64url'),
      auth: this.#auth.toString('base64url'),
    };
  }

  /** The text in the body of the n-th message. Source: RFC 8291 section 3.4, RFC 8188 section 2. */
  opened(n: number): string {
    const body = this.got[n]?.body;
    if (!body) throw new Error(`there is no message ${n}`);
    const salt = body.subarray(0, 16);
    const serverKey = body.subarray(21, 21 + (body[20] ?? 0));
    const cipher = body.subarray(21 + serverKey.length);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#keys.getPublicKey(), serverKey]);
    const input = hkdf(this.#auth, this.#keys.computeSecret(serverKey), info, 32);
    const key = hkdf(salt, input, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = hkdf(salt, input, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(cipher.subarray(-16));
    const padded = Buffer.concat([decipher.update(cipher.subarray(0, -16)), decipher.final()]);
    return padded.subarray(0, padded.lastIndexOf(2)).toString();
  }

  /** What the sender swears of itself with the n-th message, once its signature is seen to be right (RFC 8292). */
  sworn(n: number): { readonly claims: { aud: string; exp: number; sub: string }; readonly publicKey: string } {
    const [, token = '', publicKey = ''] =
      /^vapid t=([^,]+), ?k=(.+)$/.exec(this.got[n]?.headers.authorization ?? '') ?? [];
    const [header = '', claims = '', signature = ''] = token.split('.');
    const point = Buffer.from(publicKey, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
    const isRight = verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!isRight) throw new Error('the signature is wrong');
    return { claims: JSON.parse(Buffer.from(claims, 'base64url').toString()), publicKey };
  }
}

/** HKDF-SHA-256 (RFC 5869). */
const hkdf = (salt: Buffer, input: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', input, salt, info, length));
