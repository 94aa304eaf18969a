/** Seconds between tries: exponential with full jitter, never under half a second, never over thirty. */
export function backoff(attempt: number): number {
	const cap = Math.min(30, 2 ** Math.min(attempt, 10));
	return 0.5 + Math.random() * (cap - 0.5);
}
