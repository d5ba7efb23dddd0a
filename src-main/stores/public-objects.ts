/** Objects that were read without credentials, by this process: what is known to be public, never what might be. */

/** Where an object lies, key byte-exact. A version is let in to by a permission of its own. */
interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

export interface PublicObjects {
  /** A reader without credentials was let in. */
  add(object: ObjectPlace): void;
  /** A reader without credentials was refused. */
  remove(object: ObjectPlace): void;
  has(object: ObjectPlace): boolean;
}

/** Some 20 MB at most, at 200 bytes an object; what was read longest ago is forgotten first. */
const mostKnown = 100_000;

/**
 * Makes an empty memory. By object and not by bucket: policies open single folders, and access lists single objects, so one public
 * object says nothing of its neighbours.
 */
export function createPublicObjects(): PublicObjects {
  const known = new Set<string>();
  const nameOf = ({ bucket, key, version }: ObjectPlace) => (version === undefined ? `${bucket}/${key}` : `${version}@${bucket}/${key}`);
  return {
    add(object) {
      const name = nameOf(object);
      known.delete(name);
      known.add(name);
      const oldest = known.size > mostKnown ? known.values().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
    },
    remove: (object) => void known.delete(nameOf(object)),
    has: (object) => known.has(nameOf(object)),
  };
}
