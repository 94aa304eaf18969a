/** A random UUID. `crypto.randomUUID` would do, but is kept from pages that came by plain HTTP. */
export function uuid(): string {
	const digit = (at: string) => (Number(at) ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (Number(at) / 4)))).toString(16);
	return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, digit);
}
