import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { createNetworkGuard, kindOfAddress, type NetworkGuard } from '../../src-main/stores/network-guard.ts';
import { errorOf } from '../../src-shared/model/error.ts';

const guardOf = (allowed: string[], resolve?: (host: string) => Promise<LookupAddress[]>): NetworkGuard =>
  createNetworkGuard({ allowedHosts: () => allowed, ...(resolve ? { resolve } : {}) });

/** 'allowed', or the cause of the refusal. */
function check(guard: NetworkGuard, host: string, port = 80): string {
  try {
    guard.checkHost(host, port);
    return 'allowed';
  } catch (thrown) {
    return errorOf(thrown).cause;
  }
}

function lookUp(guard: NetworkGuard, host: string, port = 80): Promise<string> {
  return new Promise((resolve) => {
    guard.lookup(port)(host, { all: true }, (error, addresses) => {
      resolve(error ? errorOf(error).cause : (addresses as LookupAddress[]).map(({ address }) => address).join(' '));
    });
  });
}

describe('the network guard', () => {
  test.each([
    ['127.0.0.1', 'private'],
    ['127.255.255.254', 'private'],
    ['0.0.0.0', 'private'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['169.254.1.1', 'private'],
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['224.0.0.1', 'private'],
    ['255.255.255.255', 'private'],
    ['240.0.0.1', 'private'],
    ['8.8.8.8', 'public'],
    ['::', 'private'],
    ['::1', 'private'],
    ['fe80::1', 'private'],
    ['fe80::1%eth0', 'private'],
    ['fc00::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['fd00:ec2::254', 'metadata'],
    ['ff02::1', 'private'],
    ['::ffff:127.0.0.1', 'private'],
    ['::ffff:7f00:1', 'private'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['::ffff:8.8.8.8', 'public'],
    ['::127.0.0.1', 'private'],
    ['64:ff9b::7f00:1', 'private'],
    ['64:ff9b::808:808', 'public'],
    ['2002:7f00:1::', 'private'],
    ['2002:a9fe:a9fe::', 'metadata'],
    ['2001:db8::1', 'private'],
    ['2606:4700:4700::1111', 'public'],
    ['not an address', 'private'],
  ])('takes %s for %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });

  test.each([
    ['127.0.0.1', [], 'blocked_host'],
    ['[::1]', [], 'blocked_host'],
    ['localhost', [], 'blocked_host'],
    ['LOCALHOST.', [], 'blocked_host'],
    ['app.localhost', [], 'blocked_host'],
    ['example.com', [], 'allowed'],
    ['127.0.0.1', ['127.0.0.1'], 'allowed'],
    ['127.0.0.1', ['127.0.0.1:80'], 'allowed'],
    ['127.0.0.1', ['127.0.0.1:81'], 'blocked_host'],
    ['127.0.0.1', ['127.0.0.2', '', ':'], 'blocked_host'],
    ['[::1]', ['::1'], 'allowed'],
    ['[::1]', ['[::1]:80'], 'allowed'],
    ['[::ffff:127.0.0.1]', ['127.0.0.1'], 'allowed'],
    ['192.168.7.9', ['192.168.0.0/16'], 'allowed'],
    ['10.0.0.1', ['192.168.0.0/16'], 'blocked_host'],
    ['localhost', ['localhost'], 'allowed'],
    ['localhost', ['127.0.0.1'], 'allowed'],
    ['169.254.169.254', ['169.254.169.254'], 'blocked_host'],
    ['metadata.google.internal', ['metadata.google.internal'], 'blocked_host'],
  ])('answers for %s with %j allowed: %s', (host, allowed, answer) => {
    expect(check(guardOf(allowed), host)).toBe(answer);
  });

  test('counts the endpoint of a configured store as allowed, at its port only', () => {
    const guard = createNetworkGuard({ allowedHosts: () => [], endpoints: () => ['http://127.0.0.1:9000/base', 'https://10.0.0.5'] });
    expect([check(guard, '127.0.0.1', 9000), check(guard, '127.0.0.1', 80), check(guard, '10.0.0.5', 443)]).toEqual([
      'allowed',
      'blocked_host',
      'allowed',
    ]);
  });

  test('notices a change of what is allowed at once', () => {
    const allowed: string[] = [];
    const guard = guardOf(allowed);
    const before = check(guard, '10.0.0.1');
    allowed.push('10.0.0.1');
    expect([before, check(guard, '10.0.0.1')]).toEqual(['blocked_host', 'allowed']);
  });

  test('judges every address a name has, each time it is asked', async () => {
    const answers: LookupAddress[][] = [
      [{ address: '203.0.113.1', family: 4 }],
      [{ address: '93.184.216.34', family: 4 }],
      [{ address: '127.0.0.1', family: 4 }],
      [
        { address: '10.0.0.1', family: 4 },
        { address: '93.184.216.34', family: 4 },
      ],
      [{ address: '169.254.169.254', family: 4 }],
    ];
    const guard = guardOf([], async () => answers.shift() ?? []);
    const seen: string[] = [];
    for (let index = 0; index < 5; index += 1) seen.push(await lookUp(guard, 'rebinding.example'));
    expect(seen).toEqual(['blocked_host', '93.184.216.34', 'blocked_host', '93.184.216.34', 'blocked_host']);
  });

  test('lets a name that is allowed lead to a private address, but never to credentials', async () => {
    const to = (address: string) => guardOf(['nas.local'], async () => [{ address, family: 4 }]);
    expect([await lookUp(to('192.168.1.9'), 'nas.local'), await lookUp(to('169.254.169.254'), 'nas.local')]).toEqual([
      '192.168.1.9',
      'blocked_host',
    ]);
  });

  test('says what happened and what to do', () => {
    const thrown = (host: string) => {
      try {
        guardOf([]).checkHost(host, 80);
        return null;
      } catch (each) {
        return errorOf(each);
      }
    };
    expect([thrown('10.0.0.1'), thrown('169.254.169.254')]).toEqual([
      {
        cause: 'blocked_host',
        message: '10.0.0.1 is a private address, and those are not read unless allowed.',
        next: 'Allow it: add “10.0.0.1” to network.allowed_hosts in the settings, or to VITRINE_ALLOWED_HOSTS.',
      },
      {
        cause: 'blocked_host',
        message: "169.254.169.254 is where a cloud keeps its machines' credentials, and is never read.",
        next: null,
      },
    ]);
  });
});
