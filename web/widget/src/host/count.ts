let prefix = '';

/** Says in the page's title how much is unread. Only pages that somebody has touched are marked, as tabs do it. */
export function count(n: number): void {
	const { title } = document;
	const own = prefix && title.startsWith(prefix) ? title.slice(prefix.length) : title; // the site may have changed it
	prefix = n > 0 && navigator.userActivation?.hasBeenActive ? `(${n > 99 ? '99+' : n}) ` : '';
	if (prefix + own !== title) document.title = prefix + own;
}
