import { parse, type Piece } from "@heard/shared/markdown.ts";
import type { ReactNode } from "react";
import type { InboxSettings } from "../api/types";
import { sayer } from "../i18n/t";
import { Check, Field } from "../ui/basics";
import en from "./notice.en.json";

const n = sayer(en);

interface Props {
  value: InboxSettings;
  change(part: Partial<InboxSettings>): void;
  fields: Record<string, string>;
}

/** Notice is what a site has to say before a chat begins. */
export function Notice({ value, change, fields }: Props) {
  const notice = value.notice;
  const set = (part: Partial<typeof notice>) => change({ notice: { ...notice, ...part } });
  return (
    <>
      <Field label={n("text")} hint={n("textHint")} error={fields["settings.notice.text"]}>
        {(p) => <textarea {...p} className="field" rows={2} maxLength={500} placeholder={n("placeholder")} value={notice.text} onChange={(e) => set({ text: e.target.value, required: notice.required && e.target.value.trim() !== "" })} />}
      </Field>
      {notice.text.trim() !== "" && <Check label={n("required")} hint={n("requiredHint")} checked={notice.required} onChange={(required) => set({ required })} />}
    </>
  );
}

/** noticeWords are the words as the chat shows them, links underlined. */
export function noticeWords(text: string): ReactNode {
  return parse(text).map((piece, i) => (typeof piece === "string" ? piece : piece.mark === "a" ? <u key={i}>{plainOf(piece.inner)}</u> : plainOf(piece.inner)));
}

function plainOf(pieces: Piece[]): string {
  return pieces.map((p) => (typeof p === "string" ? p : plainOf(p.inner))).join("");
}
