/** A small string store that never throws: storage can be missing, full, or forbidden (private mode). */
export interface Store {
	get(key: string): string | null;
	set(key: string, value: string): void;
	remove(key: string): void;
	keys(prefix: string): string[];
}

/** What lives as long as the page: the fallback, and the choice of sites that want nothing kept. */
export function memoryStore(): Store {
	const map = new Map<string, string>();
	return {
		get: (k) => map.get(k) ?? null,
		set: (k, v) => void map.set(k, v),
		remove: (k) => void map.delete(k),
		keys: (p) => [...map.keys()].filter((k) => k.startsWith(p)),
	};
}

/** The browser's storage, or null when this page may not use it. Reading the property can throw already. */
export function webStore(pick: () => Storage = () => localStorage): Store | null {
	let storage: Storage;
	try {
		storage = pick();
		storage.setItem('heard:probe', '1');
		storage.removeItem('heard:probe');
	} catch {
		return null;
	}
	return {
		get: (k) => storage.getItem(k),
		set(k, v) {
			try {
				storage.setItem(k, v);
			} catch {
				// full: what cannot be kept still lives as long as the page
			}
		},
		remove: (k) => storage.removeItem(k),
		keys: (p) => Object.keys(storage).filter((k) => k.startsWith(p)),
	};
}
