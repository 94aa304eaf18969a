/** What people write, and the marks that every reader of it shows: the widget's and the console's. */
export const vectors: [text: string, marks: string][] = [
	['plain text', 'plain text'],
	['a **bold** word', 'a <strong>bold</strong> word'],
	['an *italic* and an _italic_', 'an <em>italic</em> and an <em>italic</em>'],
	['**bold with *italic* in it**', '<strong>bold with <em>italic</em> in it</strong>'],
	['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
	['run `a **b** c`', 'run <code>a **b** c</code>'],
	['```js\nlet a = 1;\n```', '<pre>let a = 1;</pre>'],
	['unclosed **bold', 'unclosed **bold'],
	['see [the page](https://shop.example/a)', 'see <a https://shop.example/a>the page</a>'],
	['see https://shop.example/a_b.', 'see <a https://shop.example/a_b>https://shop.example/a_b</a>.'],
	['(https://shop.example/x)', '(<a https://shop.example/x>https://shop.example/x</a>)'],
	['https://shop.example/x_(y)', '<a https://shop.example/x_(y)>https://shop.example/x_(y)</a>'],
	['mailto:ana@example.com, tel:+4930123', '<a mailto:ana@example.com>mailto:ana@example.com</a>, <a tel:+4930123>tel:+4930123</a>'],
];

/** Addresses that must not become links. */
export const notLinks = [
	'[x](javascript:alert(1))',
	'[x](JaVaScRiPt:alert)',
	'[x](data:text/html,hi)',
	'[x](//evil.example)',
	'[x](/relative)',
	'[x](vbscript:x)',
	'https://',
];
