/** A bucket of very many keys in a process of its own, so that its memory and time are not the product's: ListObjectsV2 and nothing else. */
import { createServer } from 'node:http';

const keys = Number(process.argv[2] ?? 100_000);
const pageKeys = 1000;
const keyOf = (index: number) => `shots/${String(Math.floor(index / 1000)).padStart(4, '0')}/IMG_${String(index).padStart(7, '0')}.jpg`;

const server = createServer((request, response) => {
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
  response.setHeader('x-amz-bucket-region', 'us-east-1');
  response.setHeader('content-type', 'application/xml');
  const start = Number(query.get('continuation-token') ?? 0);
  const end = Math.min(keys, start + pageKeys);
  const contents = Array.from({ length: end - start }, (_, place) => {
    const index = start + place;
    return `<Contents><Key>${keyOf(index)}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;${String(index).padStart(32, '0')}&quot;</ETag><Size>${1000 + index}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
  const next = end < keys ? `<NextContinuationToken>${end}</NextContinuationToken>` : '';
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>many</Name><IsTruncated>${end < keys}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});
process.on('disconnect', () => process.exit());
