import { ChevronDown, ChevronUp, MoreHorizontal } from "lucide-react";
import { useState } from "react";
import type { Attachment } from "../../api/types";
import { Attachments } from "../Files";
import { Markdown } from "../markdown";
import { beginning, letterOf } from "./quoting";
import { w } from "./words";

/** Body is a text and its files; it leaves out a text that only repeats the name of the first file. */
export function Body({ body, files }: { body: string; files: readonly Attachment[] }) {
  return (
    <>
      {body !== files[0]?.name && <Text body={body} />}
      <Attachments files={files} />
    </>
  );
}

/** Text folds what few read: the rest of a long text, a signature, and a letter that was quoted. */
function Text({ body }: { body: string }) {
  const letter = letterOf(body);
  const [whole, setWhole] = useState(false);
  const first = beginning(letter.text);
  const long = first.length < letter.text.length;
  return (
    <>
      <Markdown text={long && !whole ? `${first} …` : letter.text} />
      {long && (
        <button type="button" className="more-text" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? <ChevronUp aria-hidden="true" /> : <ChevronDown aria-hidden="true" />}
          {w(whole ? "showLess" : "showMore")}
        </button>
      )}
      {(letter.quoted || letter.signature) && <Below signature={letter.signature} quoted={letter.quoted} />}
    </>
  );
}

function Below({ signature, quoted }: { signature: string; quoted: string }) {
  const [open, setOpen] = useState(false);
  const name = w(quoted ? (open ? "hideQuoted" : "showQuoted") : open ? "hideSignature" : "showSignature");
  return (
    <>
      <button type="button" className="fold-dots" aria-expanded={open} aria-label={name} data-tip={name} onClick={() => setOpen(!open)}>
        <MoreHorizontal aria-hidden="true" />
      </button>
      {open && (
        <div className="below">
          {signature && <Markdown text={signature} />}
          {quoted && <Markdown text={quoted} />}
        </div>
      )}
    </>
  );
}
