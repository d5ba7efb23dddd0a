/** The table of contents: every call there is. Handlers, clients and hosts are derived from it; nothing else can be called. */
import type * as z from 'zod/mini';
import type { Outcome, VitrineError } from '../model/error.ts';
import { accounts } from './accounts.ts';
import { cache } from './cache.ts';
import type { Call } from './define.ts';
import { errors } from './errors.ts';
import type { EventName, EventOf } from './events.ts';
import { files } from './files.ts';
import { health } from './health.ts';
import { history, jobs, preferences, trash } from './history.ts';
import { library } from './library.ts';
import { links } from './links.ts';
import { listing } from './listing.ts';
import { importing, rows } from './rows.ts';
import { settings } from './settings.ts';
import { columns, folders, tables } from './tree.ts';
import { views } from './views.ts';

/** Every call there is, by feature. */
export const contract = {
  library,
  folders,
  tables,
  columns,
  listing,
  importing,
  rows,
  views,
  links,
  accounts,
  files,
  cache,
  health,
  errors,
  history,
  trash,
  jobs,
  preferences,
  settings,
};

export type Contract = typeof contract;
export type Feature = keyof Contract;
/** `rows.insert`, as it travels. */
export type CallName = { [F in Feature]: `${F}.${keyof Contract[F] & string}` }[Feature];

/** What a caller may pass (defaults left out), what it gets, what it is told meanwhile. */
export type InputOf<C> = C extends Call<infer I, infer _O, infer _P> ? z.input<I> : never;
export type OutputOf<C> = C extends Call<infer _I, infer O, infer _P> ? z.output<O> : never;
export type ProgressOf<C> = C extends Call<infer _I, infer _O, infer P> ? z.output<P> : never;

/** Options of a long call: stop it, hear of it. */
export interface CallOptions<P> {
  signal?: AbortSignal;
  onProgress?: (progress: P) => void;
}

/** The one client, the same in every host. It never rejects: a lost connection is an error value too. */
export type Client = {
  [F in Feature]: {
    [N in keyof Contract[F]]: (
      input: InputOf<Contract[F][N]>,
      options?: CallOptions<ProgressOf<Contract[F][N]>>,
    ) => Promise<Outcome<OutputOf<Contract[F][N]>>>;
  };
};

/** Hears events of one name; the answer ends it. */
export type Listen = <N extends EventName>(name: N, listener: (payload: EventOf<N>) => void) => () => void;

/** A client with its events, as a host gives it. */
export interface Connection {
  readonly client: Client;
  readonly listen: Listen;
}

/** What is passed to a handler beside its input. */
export interface CallContext<P> {
  readonly signal: AbortSignal;
  readonly report: (progress: P) => void;
  /** What the asking host can do, see `library.info`. */
  readonly caller: Caller;
}

/** Who asks. `mediaBase` and the rest are only used to answer `library.info`. */
export interface Caller {
  readonly name: 'window' | 'browser' | 'command line';
  readonly capabilities: z.output<typeof library.info.output>['capabilities'];
}

/** The handlers of a feature; they may throw `Failure`. */
export type HandlersOf<F extends Feature> = {
  [N in keyof Contract[F]]: (
    input: Contract[F][N] extends Call<infer I, infer _O, infer _P> ? z.output<I> : never,
    context: CallContext<ProgressOf<Contract[F][N]>>,
  ) => Promise<OutputOf<Contract[F][N]>> | OutputOf<Contract[F][N]>;
};

/** How a call, its cancellation, its progress and its answer travel, on every wire. */
export type ToServer = { type: 'call'; id: number; name: string; input: unknown } | { type: 'cancel'; id: number };
export type ToClient =
  | { type: 'answer'; id: number; outcome: { ok: true; value: unknown } | { ok: false; error: VitrineError } }
  | { type: 'progress'; id: number; progress: unknown }
  | { type: 'event'; name: string; payload: unknown }
  /** The server goes and takes no more calls: what is not answered by now was not begun. */
  | { type: 'leaving' };
