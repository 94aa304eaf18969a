let stands: () => void;
const standing = new Promise<void>((done) => (stands = done));

/** How long what is not needed at first waits for a screen that never says that it stands. */
const PATIENCE = 3000;
/** How long it waits after a part could not be read. */
const AGAIN_AFTER = 5000;

/** screenStands is told by the first screen when what one came for is drawn: then there is time for everything else. */
export function screenStands() {
  requestAnimationFrame(() => window.setTimeout(stands));
}

/** soon reads a part of the program that the first screen does not need once that screen stands, and not before. */
export function soon<T>(load: () => Promise<T>): () => Promise<T> {
  return () => Promise.race([standing, new Promise((late) => window.setTimeout(late, PATIENCE))]).then(part(load));
}

/** part reads a part of the program when it is needed. Without a connection it waits for one: what stands goes on. */
export function part<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (;;) {
      try {
        return await load();
      } catch {
        await new Promise<void>((again) => {
          window.addEventListener("online", () => again(), { once: true });
          window.setTimeout(again, AGAIN_AFTER);
        });
      }
    }
  };
}
