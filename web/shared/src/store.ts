/** A small string store that never throws: storage can be missing, full, or forbidden (private mode). */
export interface Store {
	get(key: string): string | null;
	set(key: string, value: string): void;
	remove(key: string): void;
	keys(prefix: string): string[];
}

/** What lives as long as the page: the fallback, and the choice of sites that want nothing kept. */
export function memoryStore(): Store {
	return storeIn({} as Storage);
}

/** The browser's storage, or null when this page may not use it. Reading the property can throw already. */
export function webStore(pick: () => Storage = () => localStorage): Store | null {
	try {
		const storage = pick();
		storage['heard:probe'] = '1';
		delete storage['heard:probe'];
		return storeIn(storage);
	} catch {
		return null;
	}
}

function storeIn(storage: Storage): Store {
	return {
		get: (k) => storage[k] ?? null,
		set(k, v) {
			try {
				storage[k] = v;
			} catch {
				// full: what cannot be kept still lives as long as the page
			}
		},
		remove: (k) => delete storage[k],
		keys: (p) => Object.keys(storage).filter((k) => k.startsWith(p)),
	};
}
