let stands: () => void;
const standing = new Promise<void>((done) => (stands = done));

/** How long what is not needed at first waits for a screen that never says that it stands. */
const PATIENCE = 3000;

/** screenStands is told by the first screen when what one came for is drawn: then there is time for everything else. */
export function screenStands() {
  requestAnimationFrame(() => window.setTimeout(stands));
}

/** soon reads a part of the program that the first screen does not need once that screen stands, and not before. */
export function soon<T>(load: () => Promise<T>): () => Promise<T> {
  return () => Promise.race([standing, new Promise((late) => window.setTimeout(late, PATIENCE))]).then(load);
}
