/** Takes secrets and signatures out of text before it is written anywhere. */

/** Query parameters whose value is, or belongs to, a signature or a token (SigV4, GCS V4 and V2, Azure SAS and connection strings, OAuth). */
const secretParameters =
  /([?&;](?:x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature|sig|awsaccesskeyid|googleaccessid|access_token|id_token|token|key|password|accountkey|sharedaccesssignature)=)[^&\s"'<>]*/gi;
const authorization = /\b(authorization["']?\s*[:=]\s*["']?)(?:[\w-]+\s+)?[^\s"',}]+(?:,\s*(?:SignedHeaders|Signature)=[^\s"',}]+)*/gi;
const bearer = /\b(Bearer\s+)[\w.~+/=-]+/g;
/** Access key ids as AWS issues them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const accessKeyId = /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const userinfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi;
const secretFact = /secret|token|password|credential|authorization|signature|private/i;

/** The text without secrets; what was there is shown as `[redacted]`. */
export function redactText(text: string): string {
  return text
    .replace(privateKey, '[redacted private key]')
    .replace(authorization, '$1[redacted]')
    .replace(bearer, '$1[redacted]')
    .replace(secretParameters, '$1[redacted]')
    .replace(userinfo, '$1[redacted]@')
    .replace(accessKeyId, '[redacted access key]');
}

/** The same for plain data, to any depth; a property that is named like a secret loses its whole value. */
export function redactFacts(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactFacts);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, secretFact.test(name) ? '[redacted]' : redactFacts(inner)]),
    );
  }
  return value;
}
