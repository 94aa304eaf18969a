/**
 * A version 4 UUID. `crypto.randomUUID` exists on secure origins only, and a shop on plain http
 * must still be able to chat, so it falls back to `getRandomValues`, which exists everywhere.
 */
export function uuid(source: Crypto = crypto): string {
	if (source.randomUUID) return source.randomUUID();
	const b = source.getRandomValues(new Uint8Array(16));
	b[6] = (b[6]! & 0x0f) | 0x40;
	b[8] = (b[8]! & 0x3f) | 0x80;
	const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
