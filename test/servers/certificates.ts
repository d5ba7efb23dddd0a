/** Throw-away certificates: an authority of its own and a server's certificate by it, made on the spot. Nobody's computer trusts them. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface ThrowAwayCertificates {
  /** PEM of the authority: what a client must trust. */
  readonly authority: string;
  /** PEM of the server's certificate and its key. */
  readonly certificate: string;
  readonly key: string;
}

/** DER: a tag, a length, a value. ITU-T X.690 */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  const size = value.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const yes = der(0x01, Buffer.from([0xff]));
const octets = (value: Uint8Array) => der(0x04, value);
const time = (date: Date) => der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));
const name = (text: string) => sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(text)))));
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
const keyIdOf = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

/** One certificate. RFC 5280, section 4.1 */
function certificateOf(options: {
  readonly serial: number;
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
}): string {
  const day = 86_400_000;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([options.serial])),
    ecdsaWithSha256,
    name(options.issuer),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    name(options.subject),
    options.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...options.extensions)),
  );
  const signature = sign('sha256', body, options.signingKey);
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Makes them for `hosts`; valid for a day. */
export function makeCertificates(hosts: readonly string[]): ThrowAwayCertificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = `Throw-away authority ${keyIdOf(authority.publicKey).toString('hex').slice(0, 8)}`;
  const isAuthority = sequence(objectId('551d13'), yes, octets(sequence(yes)));
  const names = sequence(objectId('551d11'), octets(sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))));
  const subjectKey = sequence(objectId('551d0e'), octets(octets(keyIdOf(authority.publicKey))));
  const signingKey = authority.privateKey;
  return {
    authority: certificateOf({
      serial: 1,
      issuer,
      subject: issuer,
      publicKey: authority.publicKey,
      signingKey,
      extensions: [isAuthority, subjectKey],
    }),
    certificate: certificateOf({
      serial: 2,
      issuer,
      subject: hosts[0] ?? '',
      publicKey: server.publicKey,
      signingKey,
      extensions: [names],
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
