/** A small string store that never throws: storage can be missing, full, or forbidden (private mode). */
export interface Store {
	get(key: string): string | null;
	set(key: string, value: string): void;
	remove(key: string): void;
	keys(prefix: string): string[];
}

/** The browser's storage, or what lives as long as the page where this one may not use it: reading the property can throw already. */
export function webStore(pick = () => localStorage): Store {
	try {
		const storage = pick();
		storage['heard:probe'] = '1';
		delete storage['heard:probe'];
		return memoryStore(storage);
	} catch {
		return memoryStore();
	}
}

/** Without a storage: what lives as long as the page, the choice of sites that want nothing kept. */
export function memoryStore(storage = {} as Storage): Store {
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
