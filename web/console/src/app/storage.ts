/** The browser's storage, or null where it is denied. */
export const storage: Storage | null = available();

function available(): Storage | null {
  try {
    const probe = "heard.probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}

/** recall and remember keep one small preference. */
export function recall(key: string): string | null {
  return storage?.getItem(`heard.${key}`) ?? null;
}

export function remember(key: string, value: string | null) {
  try {
    if (value === null || value === "") storage?.removeItem(`heard.${key}`);
    else storage?.setItem(`heard.${key}`, value);
  } catch {
    // A full storage loses a preference, nothing more.
  }
}

/** forgetAll clears what this console kept: on sign-out nothing of a person stays on a shared machine. */
export function forgetAll() {
  if (storage === null) return;
  const kept = new Set(["heard.theme", "heard.density"]);
  for (const key of Object.keys(storage)) if (key.startsWith("heard.") && !kept.has(key)) storage.removeItem(key);
}
