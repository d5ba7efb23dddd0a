/** Reads `~/.aws/config` and `~/.aws/credentials` again whenever they change on disk, so that a new login or profile works at once. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The settings of a profile by their names in the file; those of a nested block are `block.name`, such as `s3.endpoint_url`. */
export type AwsProfile = Readonly<Record<string, string>>;

/** What both files say together. Nothing here reaches the network. */
export interface AwsProfiles {
  /** By name, as in `--profile`; the credentials file wins where both name a setting. */
  readonly profiles: ReadonlyMap<string, AwsProfile>;
  readonly ssoSessions: ReadonlyMap<string, AwsProfile>;
  readonly services: ReadonlyMap<string, AwsProfile>;
  /** Profiles whose keys stand in the credentials file. */
  readonly inCredentialsFile: ReadonlySet<string>;
}

/** The files in question, by the rules of the AWS CLI. */
export interface AwsFiles {
  readonly config: string;
  readonly credentials: string;
  /** The login that `aws sso login` keeps under the name of a session or, in the old form, of a start address. */
  ssoToken(sessionOrStartUrl: string): string;
  /** Folder of the sessions that `aws login` keeps. */
  readonly loginCache: string;
}

/**
 * Where the files are: `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, else `.aws` in the home folder.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 */
export function awsFilesOf(env: Readonly<Record<string, string | undefined>>, home: string): AwsFiles {
  const expanded = (path: string) => (path.startsWith('~/') ? join(home, path.slice(2)) : path);
  return {
    config: expanded(env.AWS_CONFIG_FILE || join(home, '.aws', 'config')),
    credentials: expanded(env.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials')),
    ssoToken: (name) => join(home, '.aws', 'sso', 'cache', `${createHash('sha1').update(name).digest('hex')}.json`),
    loginCache: env.AWS_LOGIN_CACHE_DIRECTORY || join(home, '.aws', 'login', 'cache'),
  };
}

/** A file's modification time and size as one word; `-` where it is absent. Two equal stamps mean an unchanged file. */
export function fileStamp(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs}/${found.size}/${found.ino}` : '-';
}

/** Reads both files. Absent or unreadable ones count as empty, as with the AWS CLI. */
export function readAwsProfiles(files: AwsFiles): AwsProfiles {
  const profiles = new Map<string, Record<string, string>>();
  const ssoSessions = new Map<string, AwsProfile>();
  const services = new Map<string, AwsProfile>();
  const inCredentialsFile = new Set<string>();
  const ofConfig = sectionsOf(textOf(files.config));
  for (const [title, settings] of ofConfig) {
    // As the CLI reads it: a “[default]” beside a “[profile default]” counts for nothing.
    if (title === 'default' && ofConfig.has('profile default')) continue;
    const [kind, name] = title === 'default' ? ['profile', 'default'] : splitTitle(title);
    if (name === null) continue;
    if (kind === 'profile') profiles.set(name, settings);
    if (kind === 'sso-session') ssoSessions.set(name, settings);
    if (kind === 'services') services.set(name, settings);
  }
  for (const [title, settings] of sectionsOf(textOf(files.credentials))) {
    profiles.set(title, { ...profiles.get(title), ...settings });
    if (settings.aws_access_key_id !== undefined) inCredentialsFile.add(title);
  }
  return { profiles, ssoSessions, services, inCredentialsFile };
}

function splitTitle(title: string): [string, string | null] {
  const parts = /^(\S+)\s+["']?(.*?)["']?$/.exec(title);
  return parts ? [parts[1] ?? '', parts[2] ?? null] : [title, null];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The file format: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
function sectionsOf(text: string): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | null = null;
  let block = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const title = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (title !== undefined) {
      current = sections.get(title) ?? {};
      sections.set(title, current);
      block = '';
      continue;
    }
    const setting = /^(\s*)([^=]+?)\s*=\s*(.*)$/.exec(line);
    if (!current || !setting) continue;
    const [, indent = '', name = '', raw = ''] = setting;
    const value = raw.replace(/\s+[#;].*$/, '').trim();
    if (indent === '') block = value === '' ? name : '';
    if (value !== '') current[indent !== '' && block !== '' ? `${block}.${name}` : name] = value;
  }
  return sections;
}
