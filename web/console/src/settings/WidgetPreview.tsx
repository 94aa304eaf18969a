import { ArrowUp, ChevronDown, MessageCircle, MoreVertical, Paperclip, X } from "lucide-react";
import { useState, type CSSProperties } from "react";
import type { InboxSettings } from "../api/types";
import { sayer } from "../i18n/t";
import { Segmented } from "../ui/basics";
import { noticeWords } from "./Notice";
import en from "./preview.en.json";
import "./preview.css";

const p = sayer(en);

const FALLBACK = "#3a50d6";

/** luminance is that of WCAG 2, of #rrggbb. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const v = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** readable is the colour of words on a brand colour, and whether the brand stands out from a white page by itself. */
export function readable(hex: string): { fill: string; words: "#ffffff" | "#17181c"; pale: boolean } {
  const fill = /^#[0-9a-f]{6}$/iu.test(hex) ? hex : FALLBACK;
  const l = luminance(fill);
  const white = 1.05 / (l + 0.05);
  const black = (l + 0.05) / (luminance("#17181c") + 0.05);
  return { fill, words: white >= black ? "#ffffff" : "#17181c", pale: white < 3 };
}

type Shown = "open" | "closed" | "form";

/** WidgetPreview draws the chat as the settings have it at this moment, saved or not: what the panel shows, small. */
export function WidgetPreview({ settings, name }: { settings: InboxSettings; name: string }) {
  const [shown, setShown] = useState<Shown>("open");
  const { fill, words, pale } = readable(settings.color);
  const fields = settings.prechat ?? [];
  const { text, required } = settings.notice;
  const notice = text.trim() !== "" && noticeWords(text);
  const form = fields.length > 0 || required;
  const title = settings.title || name;
  const initial = Array.from(title.trim())[0]?.toLocaleUpperCase() ?? "";
  const states = [{ value: "open" as const, label: p("open") }, ...(form ? [{ value: "form" as const, label: p("form") }] : []), { value: "closed" as const, label: p("closed") }];
  const style = { "--brand": fill, "--on-brand": words, "--brand-edge": pale ? "var(--line-strong)" : "transparent" } as CSSProperties;
  return (
    <section className="preview" aria-label={p("title")}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-body font-semibold">{p("title")}</h3>
        <Segmented label={p("state")} value={shown} options={states} onChange={(v) => setShown(v as Shown)} />
      </div>
      <div className="preview-site" style={style} aria-hidden="true" data-side={settings.side}>
        <div className="preview-page">
          <i />
          <i />
          <i />
        </div>
        {shown !== "closed" && (
          <div className="preview-panel">
            <div className="preview-head">
              <i className="preview-face">{initial}</i>
              <div>
                <b>{title}</b>
                <small>{p("online")}</small>
              </div>
              <MoreVertical size={14} />
              <X size={14} />
            </div>
            {shown === "form" && form ? (
              <div className="preview-talk">
                {fields.map((f, i) => (
                  <div key={i} className="preview-field">
                    {f.label || f.key}
                    {f.required && " *"}
                    <i />
                  </div>
                ))}
                {notice && (
                  <p className={required ? "preview-notice preview-tick" : "preview-notice"} dir="auto">
                    {required && <i />}
                    <span>{notice}</span>
                  </p>
                )}
                <span className="preview-send">{p("start")}</span>
              </div>
            ) : (
              <>
                <div className="preview-talk">
                  {settings.greeting && (
                    <div className="preview-greeting">
                      <i className="preview-face">{initial}</i>
                      <small>{title}</small>
                      <p className="preview-theirs" dir="auto">{settings.greeting}</p>
                    </div>
                  )}
                  <p className="preview-mine" dir="auto">{p("hello")}</p>
                </div>
                {notice && !required && (
                  <p className="preview-notice preview-line" dir="auto">
                    {notice}
                  </p>
                )}
                <div className="preview-write">
                  <Paperclip size={14} />
                  <span>{p("write")}</span>
                  <i>
                    <ArrowUp size={14} />
                  </i>
                </div>
              </>
            )}
          </div>
        )}
        <span className="preview-launcher">{shown === "closed" ? <MessageCircle size={20} /> : <ChevronDown size={20} />}</span>
      </div>
      {pale && <p className="text-meta text-fg-3">{p("pale")}</p>}
    </section>
  );
}
