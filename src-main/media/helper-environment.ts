/** What of the environment reaches programs that decode untrusted bytes. */

/** Variables a decoder needs; the rest (credentials among them) does not reach it. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'LANG', 'LC_ALL'] as const;

/** The environment of a decoder, in whatever process it runs. */
export function helperEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
