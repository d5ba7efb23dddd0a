/** Names under `.localhost` lead to this computer, as browsers have it; most systems' resolvers know only `localhost` itself. */
import dns from 'node:dns';
import { isIPv4 } from 'node:net';

/** Makes Node resolve `anything.localhost` to 127.0.0.1, in this process, until the function it gives is called. */
export function resolveLoopbackNames(): () => void {
  const system = dns.lookup;
  const answer = (...args: unknown[]): void => {
    const [host, options, callback] = args.length === 2 ? [args[0], {}, args[1]] : args;
    const isOurs = typeof host === 'string' && host.endsWith('.localhost') && !isIPv4(host);
    if (!isOurs || typeof callback !== 'function') {
      Reflect.apply(system, dns, args);
      return;
    }
    const isAll = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
    process.nextTick(() => (isAll ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)));
  };
  dns.lookup = Object.assign(answer, { __promisify__: system.__promisify__ }) as typeof dns.lookup;
  return () => {
    dns.lookup = system;
  };
}
