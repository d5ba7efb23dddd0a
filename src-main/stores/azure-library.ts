/** What is asked through `@azure/storage-blob`: delegation keys. Its requests are sent by us, so that they are signed and counted alike. */
import type { BlobServiceClient, IHttpClient } from '@azure/storage-blob';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import { type Endpoint, endpointText } from './endpoint.ts';

/** A request without body or with XML; the answer is the text of a 2xx. Throws `Failure` for all others. */
export type SendXml = (request: {
  readonly method: 'GET' | 'POST';
  /** Raw, with the endpoint's own path in front. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<{ status: number; headers: Readonly<Record<string, string>>; text: string }>;

/**
 * The library's client of an account, over `send`, for calls that are answered by XML with the root element `root`. Loaded when it is first
 * needed: it takes a fifth of a second, which a start that signs nothing does not spend. It retries nothing, because `retry.ts` does.
 */
export async function blobService(endpoint: Endpoint, root: string, send: SendXml): Promise<BlobServiceClient> {
  const origin = endpointText({ ...endpoint, basePath: '' });
  const isAnswer = new RegExp(`^\\s*(?:<\\?xml[^>]*>)?\\s*<${root}[\\s>]`);
  const { AnonymousCredential, BlobServiceClient: Client, newPipeline } = await import('@azure/storage-blob');
  const httpClient: IHttpClient = {
    async sendRequest(request) {
      const target = request.url.slice(origin.length);
      const mark = target.indexOf('?');
      const body: unknown = request.body;
      const type = request.headers.get('content-type');
      const answer = await send({
        method: request.method === 'POST' ? 'POST' : 'GET',
        path: mark < 0 ? target : target.slice(0, mark),
        query: mark < 0 ? '' : target.slice(mark + 1),
        headers: type === undefined ? {} : { 'content-type': type },
        ...(typeof body === 'string' ? { body } : {}),
      });
      // The library falls over its own feet where a body is none of those that it knows.
      if (!isAnswer.test(answer.text)) throw notAzure(endpoint);
      const headers = request.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      for (const [name, value] of Object.entries(answer.headers)) headers.set(name, value);
      headers.set('content-type', 'application/xml');
      return { request, status: answer.status, headers, bodyAsText: answer.text };
    },
  };
  return new Client(endpointText(endpoint), newPipeline(new AnonymousCredential(), { httpClient, retryOptions: { maxTries: 1 } }));
}

/** Runs what asks the library; an answer that it cannot read becomes `server_error`. Failures of `send` pass as they are. */
export async function understood<T>(endpoint: Endpoint, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof Error && thrown.name === 'RestError' ? notAzure(endpoint) : thrown;
  }
}

function notAzure({ hostname }: Endpoint): Failure {
  return fail('server_error', { message: `${hostname} answered something that is not Azure Blob Storage.`, next: 'Check the address.' });
}
