import { Fragment, type ReactNode } from "react";
import { parse, type Piece } from "../../../shared/src/markdown";

/**
 * Markdown shows a message as nodes, never as HTML text: links, emphasis, code, lists, quotes.
 * It scans each line once; what it does not know stays as it was written.
 */
export function Markdown({ text }: { text: string }) {
  return <>{blocks(text).map(show)}</>;
}

type Block = { type: "p" | "quote" | "code"; lines: string[] } | { type: "ul" | "ol"; lines: string[] };

function blocks(text: string): Block[] {
  const out: Block[] = [];
  let fenced: string[] | null = null;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    if (/^```[\w-]{0,20}$/.test(line)) {
      if (fenced) out.push({ type: "code", lines: fenced });
      fenced = fenced ? null : [];
    } else if (fenced) fenced.push(line);
    else add(out, line);
  }
  if (fenced) out.push(fenced.length > 0 ? { type: "code", lines: fenced } : { type: "p", lines: ["```"] });
  return out.filter((b) => b.lines.length > 0);
}

function add(out: Block[], line: string) {
  const last = out[out.length - 1];
  const bullet = /^[-*] +(.*)$/.exec(line);
  const numbered = /^\d{1,3}[.)] +(.*)$/.exec(line);
  const quoted = /^> ?(.*)$/.exec(line);
  const type = bullet ? "ul" : numbered ? "ol" : quoted ? "quote" : "p";
  const content = bullet?.[1] ?? numbered?.[1] ?? quoted?.[1] ?? line;
  if (type === "p" && line.trim() === "") out.push({ type: "p", lines: [] });
  else if (last?.type === type) last.lines.push(content);
  else out.push({ type, lines: [content] });
}

function show(b: Block, i: number): ReactNode {
  switch (b.type) {
    case "code":
      return (
        <pre key={i}>
          <code>{b.lines.join("\n")}</code>
        </pre>
      );
    case "ul":
    case "ol": {
      const List = b.type;
      return (
        <List key={i}>
          {b.lines.map((l, j) => (
            <li key={j}>{inline(l)}</li>
          ))}
        </List>
      );
    }
    case "quote":
      return <blockquote key={i}>{withBreaks(b.lines)}</blockquote>;
    default:
      return <p key={i}>{withBreaks(b.lines)}</p>;
  }
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
