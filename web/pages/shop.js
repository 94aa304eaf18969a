// The shop of the demo: a cart that counts, and links that open the chat.
(() => {
	const count = document.querySelector('[data-count]');
	const said = document.querySelector('[data-said]');
	let things = 0;
	let quiet;

	const say = (text) => {
		said.textContent = text;
		clearTimeout(quiet);
		quiet = setTimeout(() => (said.textContent = ''), 4000);
	};

	document.addEventListener('click', (e) => {
		const hit = e.target.closest('[data-add],[data-cart],[data-help]');
		if (!hit) return;
		if (hit.dataset.add) {
			count.textContent = ++things;
			say(`${hit.dataset.add} is in your cart`);
		} else if ('cart' in hit.dataset) {
			say(things ? `${things} in your cart. Nothing here is really for sale` : 'Your cart is empty');
		} else if (window.Heard?.open) {
			e.preventDefault(); // without the widget, the link leads to the chat's own page
			window.Heard.open();
		}
	});
})();
