import { Fragment, type ReactNode } from "react";

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

// Every piece has a bound, so that no text of a stranger makes the search go over it again and again.
const marks = /`([^`]{1,1000})`|\*\*([^*]{1,1000})\*\*|\*([^*\s][^*]{0,1000})\*|\[([^[\]]{1,300})\]\((https?:\/\/[^\s()]{1,2000})\)|(https?:\/\/[^\s<>"']{1,2000})/g;
const closing = ".,;:!?)]";

function inline(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let end = 0;
  for (const m of text.matchAll(marks)) {
    out.push(text.slice(end, m.index));
    end = m.index + m[0].length;
    const key = m.index;
    if (m[1] !== undefined) out.push(<code key={key}>{m[1]}</code>);
    else if (m[2] !== undefined) out.push(<strong key={key}>{m[2]}</strong>);
    else if (m[3] !== undefined) out.push(<em key={key}>{m[3]}</em>);
    else if (m[4] !== undefined) out.push(<Out key={key} href={m[5] ?? ""} text={m[4]} />);
    else {
      const url = trimmed(m[6] ?? "");
      end = m.index + url.length;
      out.push(<Out key={key} href={url} text={url} />);
    }
  }
  out.push(text.slice(end));
  return out;
}

function Out({ href, text }: { href: string; text: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="link">
      {text}
    </a>
  );
}

/** trimmed takes off what ends the sentence, not the address. */
function trimmed(url: string): string {
  let end = url.length;
  while (end > 0 && closing.includes(url[end - 1] ?? "")) end--;
  return url.slice(0, end);
}
