/** Which library folder is meant. */
import { join } from 'node:path';

/** `--library`, else `VITRINE_LIBRARY`, else `~/.vitrine`. An empty text counts as not given. */
export function libraryFolder({ argument, env, home }: { argument: string | null; env: NodeJS.ProcessEnv; home: string }): string {
  return argument || env.VITRINE_LIBRARY || join(home, '.vitrine');
}
