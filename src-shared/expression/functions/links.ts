/** Links to hand out. */
import { fail } from '../../model/error.ts';
import { numberAt, type Operation, type Overload, operation, textAt } from '../operation.ts';

const presign: Pick<Overload, 'returns' | 'refuse' | 'run'> = {
  returns: 'string',
  refuse: ([, seconds]) =>
    seconds?.kind === 'literal' && typeof seconds.value === 'number' && seconds.value < 1 ? 'A link lives for at least 1 second.' : null,
  run: (values, row) => {
    if (row.effects) return row.effects.presignedUrl(textAt(values, 0), numberAt(values, 1));
    throw fail('expression', {
      message: 'presigned_url cannot be used in a filter or an order.',
      next: 'Make a column of it, or show it beside the others.',
    });
  },
};

/** The functions. */
export const linkFunctions: readonly Operation[] = [
  operation(
    'links',
    'presigned_url',
    {
      signature: 'presigned_url(fileurl, seconds)',
      help: 'A link that works without credentials for so many seconds (at most 7 days on S3 and GCS). Web addresses pass through unchanged.',
      example: 'presigned_url(video.fileurl, 3600)',
      level: 'sign',
      isVolatile: true,
    },
    { parameters: ['media', 'number'], ...presign },
    { parameters: ['text', 'number'], ...presign },
  ),
];
