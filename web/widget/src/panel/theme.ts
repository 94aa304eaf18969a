/** Puts the site's colour to work; the style sheet makes it readable in either theme. */
export function paint(color: string, theme: string | undefined): void {
	const { style } = document.documentElement;
	style.colorScheme = theme ?? '';
	if (/^#[\da-f]{6}$/i.test(color)) style.setProperty('--brand', color);
}
