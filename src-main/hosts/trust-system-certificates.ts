/**
 * Lets the core trust the certificate authorities that the system trusts, and those of `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE` also where
 * the variables were adopted late from a login shell. Node reads the first at its start alone, and the system's never by itself.
 */
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { Worker } from 'node:worker_threads';

/**
 * To be awaited before the first connection to an https address. Resolves to a sentence where a file of the environment could not be
 * used; never rejects. Cheap after the first time: files are read again where the variables name others.
 */
export type TrustCertificates = () => Promise<string | null>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The system's list takes 0.2 s and more to read (macOS asks its keychain), so a thread of its own does. */
const readSystemList = `require('node:worker_threads').parentPort.postMessage(require('node:tls').getCACertificates('system'))`;

/** Makes it for this process; call once, at its start. Nothing is read before the first use. */
export function trustSystemCertificates(env: Environment): TrustCertificates {
  // Electron and older versions of Node may lack it; what they trust by themselves is then all there is.
  if (typeof tls.setDefaultCACertificates !== 'function') return async () => null;
  let system: Promise<readonly string[]> | null = null;
  let trusted: string | null = null;
  let problem: string | null = null;
  return async () => {
    system ??= systemCertificates();
    const ofSystem = await system;
    const files = [...new Set([env.NODE_EXTRA_CA_CERTS, env.SSL_CERT_FILE])].filter((path) => path !== undefined && path !== '');
    if (trusted === files.join('\n')) return problem;
    trusted = files.join('\n');
    problem = null;
    const extra: string[] = [];
    for (const path of files) {
      try {
        extra.push(...certificatesIn(readFileSync(String(path), 'utf8')));
      } catch {
        problem = `The certificates in ${path} cannot be read.`;
      }
    }
    try {
      tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), ...ofSystem, ...extra])]);
    } catch {
      problem = `The certificates in ${files.join(' and ')} are none.`;
    }
    return problem;
  };
}

function systemCertificates(): Promise<readonly string[]> {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(readSystemList, { eval: true });
      worker.once('message', (list: unknown) => resolve(Array.isArray(list) ? list.map(String) : []));
      worker.once('error', () => resolve([]));
      worker.once('exit', () => resolve([]));
    } catch {
      // Without the system's list the built-in one still holds.
      resolve([]);
    }
  });
}

function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
}
