import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { t } from "../i18n/t";
import { keyProps, useKey } from "../keys/useKeys";
import { withParam, type Source } from "./source";

const SEARCH_AFTER = 250;

export function SearchField({ source }: { source: Source }) {
  const [, go] = useLocation();
  const ref = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(source.q);
  useKey("list.search", () => ref.current?.select());
  useEffect(() => setText(source.q), [source.q]);
  useEffect(() => {
    const q = text.trim();
    if (q === source.q) return;
    const id = window.setTimeout(() => go(withParam(source, "q", q), { replace: true }), SEARCH_AFTER);
    return () => window.clearTimeout(id);
  }, [text, source, go]);
  return (
    <div className="relative" role="search">
      <Search size={14} aria-hidden="true" className="pointer-events-none absolute inset-y-0 start-2.5 my-auto text-fg-3" />
      <input
        ref={ref}
        type="search"
        className="field search-field"
        aria-label={t("list.search")}
        placeholder={t("list.search")}
        value={text}
        maxLength={200}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== "Escape") return;
          setText("");
          e.currentTarget.blur();
        }}
        {...keyProps("list.search", t("list.search"))}
      />
      {text !== "" && (
        <button type="button" className="btn btn-ghost btn-icon btn-dense absolute inset-y-0 end-0.5 my-auto" aria-label={t("list.clearSearch")} onClick={() => setText("")}>
          <X aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
