import { Fragment, type ReactNode } from "react";
import { parse, type Piece } from "../../../shared/src/markdown";
import { blocks, type Block } from "./blocks";

/**
 * Markdown shows a message as nodes, never as HTML text: links, emphasis, code, lists, quotes.
 * What it does not know stays as it was written.
 */
export function Markdown({ text }: { text: string }) {
  return <>{blocks(text.replace(/\r\n?/g, "\n").split("\n")).map(show)}</>;
}

function show(b: Block, i: number): ReactNode {
  switch (b.is) {
    case "code":
      return (
        <pre key={i}>
          <code>{b.lines.join("\n")}</code>
        </pre>
      );
    case "list": {
      const points = b.items.map((inner, j) => <li key={j}>{inner.map(point)}</li>);
      return b.from === undefined ? (
        <ul key={i}>{points}</ul>
      ) : (
        <ol key={i} start={b.from === 1 ? undefined : b.from}>
          {points}
        </ol>
      );
    }
    case "quote":
      return <blockquote key={i}>{b.inner.length === 1 ? b.inner.map(point) : b.inner.map(show)}</blockquote>;
    default:
      return <p key={i}>{withBreaks(b.lines)}</p>;
  }
}

/** point shows what a list's point begins with without a paragraph around it, so that sign and words share a line. */
function point(b: Block, i: number): ReactNode {
  return b.is === "p" && i === 0 ? <Fragment key={i}>{withBreaks(b.lines)}</Fragment> : show(b, i);
}

function withBreaks(lines: string[]): ReactNode {
  return lines.map((l, i) => (
    <Fragment key={i}>
      {i > 0 && <br />}
      {inline(l)}
    </Fragment>
  ));
}

/** inline is one line as the widget reads it too: both sides of a chat see the same. */
function inline(text: string): ReactNode[] {
  // Whom a note calls is shown by name; the widget never sees one.
  return text.split(called).map((part, i) => (i % 2 === 0 ? <Fragment key={i}>{parse(part).map(piece)}</Fragment> : <span key={i} className="mention">@{part}</span>));
}

const called = /@\[([^[\]\n]{1,120})\]\((?:agent|team):[1-9]\d{0,18}\)/;

function piece(p: Piece, key: number): ReactNode {
  if (typeof p === "string") return p;
  const inner = p.inner.map(piece);
  switch (p.mark) {
    case "a":
      return (
        <a key={key} href={p.href} target="_blank" rel="noopener noreferrer nofollow" className="link" title={p.inner[0] === p.href ? undefined : p.href}>
          {inner}
          {elsewhere(p) && <span className="link-host"> ({elsewhere(p)})</span>}
        </a>
      );
    case "pre":
      return <code key={key}>{inner}</code>;
    default:
      return <p.mark key={key}>{inner}</p.mark>;
  }
}

/** elsewhere is where a link really leads when its words name another address. */
function elsewhere(p: Exclude<Piece, string>): string {
  const said = p.inner.length === 1 && typeof p.inner[0] === "string" ? p.inner[0].trim() : "";
  if (said === p.href || !/^(?:https?:\/\/)?[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?$/i.test(said)) return "";
  const named = hostOf(/^https?:/i.test(said) ? said : `https://${said}`);
  const real = hostOf(p.href ?? "");
  return real !== "" && named !== real ? real : "";
}

function hostOf(address: string): string {
  try {
    return new URL(address).host.replace(/^www\./, "");
  } catch {
    return "";
  }
}
