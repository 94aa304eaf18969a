import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { notLinks, vectors } from "../../shared/test/markdown.vectors";
import { Markdown } from "../src/ticket/markdown";

afterEach(cleanup);

const html = (text: string) => render(<Markdown text={text} />).container.innerHTML.replace(/ (target|rel|class)="[^"]*"/g, "");

test.each([
  ["plain words", "<p>plain words</p>"],
  ["two\nlines", "<p>two<br>lines</p>"],
  ["one\n\nother", "<p>one</p><p>other</p>"],
  ["**strong** and *soft* and `code`", "<p><strong>strong</strong> and <em>soft</em> and <code>code</code></p>"],
  ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
  ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
  ["> said", "<blockquote>said</blockquote>"],
  ["To do:\n- a\n- b", "<p>To do:</p><ul><li>a</li><li>b</li></ul>"],
  ["To do:\n1. a\n2. b\nDone.", "<p>To do:</p><ol><li>a</li><li>b</li></ol><p>Done.</p>"],
  ["We moved in\n2026. It was cold.", "<p>We moved in<br>2026. It was cold.</p>"],
  ["We begin at\n3. And more", "<p>We begin at<br>3. And more</p>"],
  ["3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'],
  ["1. a\n\n2. b", "<ol><li>a</li><li>b</li></ol>"],
  ["- a\n  - b\n  - c\n- d", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"],
  ["1. a\n   more of a\n\n   and more\n2. b", "<ol><li>a<br>more of a<p>and more</p></li><li>b</li></ol>"],
  ["  - a\n  - b", "<ul><li>a</li><li>b</li></ul>"],
  ["- a\n* b", "<ul><li>a</li></ul><ul><li>b</li></ul>"],
  ["* a\n\nafter", "<ul><li>a</li></ul><p>after</p>"],
  ["-5 degrees\n*so*", "<p>-5 degrees<br><em>so</em></p>"],
  ["> said\n> - a", "<blockquote><p>said</p><ul><li>a</li></ul></blockquote>"],
  ["- a\n  ```\n  code\n  ```", "<ul><li>a<pre><code>code</code></pre></li></ul>"],
  ["```", "<p>```</p>"],
  ["```\nopen", "<pre><code>open</code></pre>"],
  ["```\na < b\n```", "<pre><code>a &lt; b</code></pre>"],
  ["see https://x.example/a).", '<p>see <a href="https://x.example/a">https://x.example/a</a>).</p>'],
  ["[here](https://x.example)", '<p><a href="https://x.example" title="https://x.example">here</a></p>'],
  ["[bank.example](https://evil.example/login)", '<p><a href="https://evil.example/login" title="https://evil.example/login">bank.example<span> (evil.example)</span></a></p>'],
  ["[www.x.example/a](https://x.example/b)", '<p><a href="https://x.example/b" title="https://x.example/b">www.x.example/a</a></p>'],
  ["2 * 3 * 4 = 24", "<p>2 * 3 * 4 = 24</p>"],
])("%j", (text, want) => {
  expect(html(text)).toBe(want);
});

test.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', "[x](javascript:alert(1))", "[x](data:text/html,1)", "javascript:alert(1)"])("%j stays text", (text) => {
  const { container } = render(<Markdown text={text} />);
  expect(container.textContent).toBe(text);
  expect(container.querySelectorAll("a, img, script")).toHaveLength(0);
});

test.each(["[", "*", "`", "[x](http://a", "http://x" + ")".repeat(50) + "!", "> ", "- ", "_", "- a\n", "> \n", "  - a\n", "1. a\n\n", ">>>>\n"])("16,000 bytes of %j are shown whole", (piece) => {
  const text = piece.repeat(Math.floor(16_000 / piece.length));
  const { container } = render(<Markdown text={text} />);
  expect(container.textContent?.length).toBeGreaterThan(0);
});

/** What is shown, in the marks of the shared vectors: without the paragraphs and with addresses as they stand there. */
function marks(text: string): string {
  const container = render(<Markdown text={text} />).container.cloneNode(true) as Element;
  container.querySelectorAll("p").forEach((p) => p.replaceWith(...p.childNodes));
  container.querySelectorAll("pre > code").forEach((c) => c.replaceWith(...c.childNodes));
  return container.innerHTML.replace(/<a href="([^"]*)"[^>]*>/g, "<a $1>").replace(/&amp;/g, "&");
}

test.each(vectors)("%j as the widget shows it", (text, want) => {
  expect(marks(text)).toBe(want);
});

test.each(notLinks)("%j is no link here either", (text) => {
  expect(render(<Markdown text={text} />).container.querySelector("a")).toBeNull();
});
