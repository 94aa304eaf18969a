/** A random UUID. `crypto.randomUUID` is kept from pages that came by plain HTTP; an object's address ends with one everywhere. */
export function uuid(): string {
	const address = URL.createObjectURL(new Blob());
	URL.revokeObjectURL(address);
	return address.slice(-36);
}
