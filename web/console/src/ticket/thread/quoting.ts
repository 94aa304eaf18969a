/** Letter is a mail as it is read: what was written now, and what mail programs put below it. */
export interface Letter {
  text: string;
  signature: string;
  quoted: string;
}

const LONGEST_INTRO = 240;

/** "On Mon, 3 Nov 2026 at 10:12, Ana <ana@example.com> wrote:", as the programs of ten languages say it. */
const introduces = /(?:wrote|schrieb|a écrit|escribió|schreef|ha scritto|escreveu|napisał\(?a?\)?|skrev|napsal\(?a?\)?)(?!\p{L})[^\n]{0,80}:\s*$|(?:からのメール|wrote)\s*[:：]\s*$/iu;
const begins = /^(?:on|am|le|el|op|il|em|w dniu|den|dne)\s/iu;
const separator = /^\s*(?:-{2,}|_{5,})\s*(?:original message|original-nachricht|ursprüngliche nachricht|message d'origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original)?\s*(?:-{2,}|_{0,})\s*$/iu;
const header = /^\*?(?:from|von|de|da|van|od|fra|från)\*?:\s\S/iu;
const headerNext = /^\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|objet|à|enviado|para|asunto|inviato|oggetto|a|verzonden|aan|onderwerp|assunto)\*?:\s/iu;
const device = /^(?:sent from my |von meinem .{1,40} gesendet|envoyé de mon |enviado desde mi |inviato da |verstuurd vanaf |get outlook for )/iu;

/**
 * letterOf parts a message. It reads lines only, each once, and keeps every character: what it does not recognise is
 * text. A message that would have no text left is not parted at all.
 */
export function letterOf(body: string): Letter {
  const whole: Letter = { text: body, signature: "", quoted: "" };
  const lines = body.replace(/\r\n?/g, "\n").split("\n");
  const quote = quoteStart(lines);
  const sign = signatureStart(lines, quote);
  const text = lines.slice(0, sign).join("\n").trimEnd();
  if (text.trim() === "" || sign === lines.length) return whole;
  return { text, signature: lines.slice(sign, quote).join("\n").trim(), quoted: lines.slice(quote).join("\n").trim() };
}

/** quoteStart is the first line of what was quoted to the end; the number of lines when nothing was. */
function quoteStart(lines: string[]): number {
  for (const [i, line] of lines.entries()) {
    if (line.length > LONGEST_INTRO) continue;
    if (introduces.test(line) && (begins.test(line) || quotes(lines, i + 1))) return i;
    // Long introductions are broken in two by mail programs.
    if (begins.test(line) && introduces.test(lines[i + 1] ?? "") && (lines[i + 1] ?? "").length < LONGEST_INTRO) return i;
    if (separator.test(line) && header.test(nextFull(lines, i + 1))) return i;
    if (header.test(line) && headerNext.test(lines[i + 1] ?? "")) return i;
  }
  return trailingQuotes(lines);
}

/** trailingQuotes are the lines with > at the end; quotes between answers stay where they are. */
function trailingQuotes(lines: string[]): number {
  let at = lines.length;
  let first = lines.length;
  while (at > 0) {
    const line = lines[at - 1] ?? "";
    if (line.startsWith(">")) first = at - 1;
    else if (line.trim() !== "") break;
    at--;
  }
  return lines.length - first >= 2 ? first : lines.length;
}

/** signatureStart is the line with two dashes that mail programs put before a signature, or a telephone's greeting. */
function signatureStart(lines: string[], end: number): number {
  for (let i = end - 1; i >= 0; i--) {
    const line = lines[i] ?? "";
    if (line === "-- " || line === "--" || line === "—") return i;
    if (device.test(line) && lines.slice(i + 1, end).every((l) => l.trim() === "")) return i;
  }
  return end;
}

function quotes(lines: string[], from: number): boolean {
  return nextFull(lines, from).startsWith(">");
}

function nextFull(lines: string[], from: number): string {
  return lines.slice(from, from + 3).find((l) => l.trim() !== "") ?? "";
}

const LONG_LINES = 18;
const LONG_TEXT = 1400;
const SHOWN_LINES = 12;
const SHOWN_TEXT = 900;

/** beginning is what a long text shows before one asks for the rest: whole lines, or whole words; all of a short one. */
export function beginning(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= LONG_LINES && text.length <= LONG_TEXT) return text;
  const first = lines.slice(0, SHOWN_LINES).join("\n");
  if (first.length <= SHOWN_TEXT) return first.trimEnd();
  const cut = first.slice(0, SHOWN_TEXT);
  const end = Math.max(cut.lastIndexOf("\n"), cut.lastIndexOf(" "));
  const kept = end > SHOWN_TEXT / 2 ? cut.slice(0, end) : cut;
  // Half of a surrogate pair is no character.
  return kept.replace(/[\uD800-\uDBFF]$/, "").trimEnd();
}
