/**
 * Pictures that are here or on their way: the one shown and its neighbours. They are read by `fetch`, which tells how far it is and can be
 * stopped, and kept as blobs as long as they are wanted. Where the page may not fetch an address, a picture element reads it by itself.
 */

export type ShelvedPicture =
  | { readonly state: 'loading'; readonly received: number; readonly total: number | null }
  /** `url` is what a picture element shows. */
  | { readonly state: 'here'; readonly url: string }
  | { readonly state: 'failed' };

interface Place {
  picture: ShelvedPicture;
  readonly request: AbortController;
}

/** Progress is told at most this often, in ms. */
const toldEvery = 100;

/** Closed by whoever made it, so that no blob outlives the loupe. */
export class PictureShelf {
  readonly #places = new Map<string, Place>();
  readonly #onChange: () => void;

  /** `onChange` is told after every change of what `at` answers. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** What there is of the picture at an address, or undefined where nobody asked for it. */
  at(address: string): ShelvedPicture | undefined {
    return this.#places.get(address)?.picture;
  }

  /** Begins to read what is not here and not on its way. */
  want(address: string): void {
    if (this.#places.has(address)) return;
    const place: Place = { picture: { state: 'loading', received: 0, total: null }, request: new AbortController() };
    this.#places.set(address, place);
    void this.#read(address, place);
  }

  /** Lets go of all but these: what is on its way is given up. */
  keep(addresses: readonly string[]): void {
    for (const [address, place] of this.#places) {
      if (addresses.includes(address)) continue;
      place.request.abort();
      if (place.picture.state === 'here' && place.picture.url !== address) URL.revokeObjectURL(place.picture.url);
      this.#places.delete(address);
    }
  }

  /** Lets go of everything. */
  close(): void {
    this.keep([]);
  }

  #tell(place: Place, picture: ShelvedPicture): void {
    place.picture = picture;
    this.#onChange();
  }

  async #read(address: string, place: Place): Promise<void> {
    const { signal } = place.request;
    const response = await fetch(address, { signal }).catch(() => null);
    if (signal.aborted) return;
    if (!response) {
      this.#tell(place, { state: 'here', url: address });
      return;
    }
    if (!response.ok || !response.body) {
      this.#tell(place, { state: 'failed' });
      return;
    }
    const length = Number(response.headers.get('content-length') ?? '');
    const total = length > 0 ? length : null;
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let received = 0;
    let telling: ReturnType<typeof setTimeout> | undefined;
    // Also the last chunk before a silence is told.
    const tellSoon = () => {
      telling ??= setTimeout(() => {
        telling = undefined;
        if (!signal.aborted) this.#tell(place, { state: 'loading', received, total });
      }, toldEvery);
    };
    try {
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        chunks.push(value);
        received += value.length;
        tellSoon();
      }
    } catch {
      clearTimeout(telling);
      if (!signal.aborted) this.#tell(place, { state: 'failed' });
      return;
    }
    clearTimeout(telling);
    if (signal.aborted) return;
    const type = response.headers.get('content-type') ?? '';
    this.#tell(place, { state: 'here', url: URL.createObjectURL(new Blob(chunks, { type })) });
  }
}
