/** Single flight: however many ask for the same, it is done once; it stops when the last who asked has left. */
import type { Priority } from './bytes.ts';
import { cancelled } from './transfer-queue.ts';

export interface Flights<T> {
  /**
   * Joins the work under way for `key`, or starts it. `shareOf` runs once for each asker that still waits, in the moment the work is
   * done, so that a share (a lease) exists before anything else can happen. An asker whose signal aborts gets `cancelled`.
   */
  join(key: string, options: { signal: AbortSignal; priority: Priority; start: (flight: FlightControl) => Promise<T> }): Promise<T>;
  /** Stops all work. */
  abortAll(): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** What the work sees of its askers. */
export interface FlightControl {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** Told when somebody more urgent joins. */
  onRaise(listener: (priority: Priority) => void): void;
}

interface Asker<T> {
  resolve(value: T): void;
  reject(thrown: unknown): void;
}

interface Flight<T> {
  readonly controller: AbortController;
  readonly askers: Set<Asker<T>>;
  readonly listeners: ((priority: Priority) => void)[];
  done: Promise<void>;
}

/** `shareOf` makes each asker's own part of the result; `discard` takes back the result itself after all have theirs. */
export function createFlights<T>({ shareOf, discard }: { shareOf: (value: T) => T; discard: (value: T) => void }): Flights<T> {
  const flights = new Map<string, Flight<T>>();

  function begin(key: string, priority: Priority, start: (flight: FlightControl) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { controller, askers: new Set(), listeners: [], done: Promise.resolve() };
    flights.set(key, flight);
    const forget = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.done = start({ signal: controller.signal, priority, onRaise: (listener) => flight.listeners.push(listener) }).then(
      (value) => {
        forget();
        for (const asker of flight.askers) asker.resolve(shareOf(value));
        discard(value);
      },
      (thrown: unknown) => {
        forget();
        for (const asker of flight.askers) asker.reject(thrown);
      },
    );
    return flight;
  }

  return {
    async join(key, { signal, priority, start }) {
      if (signal.aborted) throw cancelled();
      let flight = flights.get(key);
      // One that is being stopped is not joined: its end is awaited, since it may still own the part file.
      while (flight?.controller.signal.aborted) {
        await flight.done;
        if (signal.aborted) throw cancelled();
        flight = flights.get(key);
      }
      if (flight) for (const listener of flight.listeners) listener(priority);
      else flight = begin(key, priority, start);
      const joined = flight;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const asker: Asker<T> = { resolve, reject };
      joined.askers.add(asker);
      const onAbort = () => {
        joined.askers.delete(asker);
        reject(cancelled());
        if (joined.askers.size === 0) joined.controller.abort();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    abortAll() {
      for (const flight of flights.values()) flight.controller.abort();
    },
    async settled() {
      while (flights.size > 0) await Promise.all([...flights.values()].map((flight) => flight.done));
    },
  };
}
