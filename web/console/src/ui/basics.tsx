import { AlertCircle, RotateCw } from "lucide-react";
import { useEffect, useId, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { Problem } from "../api/http";
import type { Availability } from "../api/types";
import { t } from "../i18n/t";

export function cx(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

function tint(seed: string): number {
  let sum = 0;
  for (let i = 0; i < seed.length; i++) sum = (sum * 31 + seed.charCodeAt(i)) >>> 0;
  return sum % 6;
}

const avatarSizes = { 20: "size-5 text-[9px]", 24: "size-6 text-[10px]", 28: "size-7 text-micro", 32: "size-8 text-meta", 40: "size-10 text-body" };

export function Avatar({ name, seed, size = 28, presence }: { name: string; seed?: string; size?: keyof typeof avatarSizes; presence?: Availability }) {
  return (
    <span className={cx("avatar", `avatar-${tint(seed ?? name)}`, avatarSizes[size])} data-initials={initials(name || "?")} aria-hidden="true">
      {presence && <span className={cx("presence", `presence-${presence}`)} />}
    </span>
  );
}

/** useLate is true once `on` has lasted for 150 ms: quick answers flash no skeleton. */
export function useLate(on: boolean, ms = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) return setLate(false);
    const id = window.setTimeout(() => setLate(true), ms);
    return () => window.clearTimeout(id);
  }, [on, ms]);
  return on && late;
}

export function Skeleton({ className }: { className: string }) {
  return <div className={cx("skeleton", className)} />;
}

/** Loading holds the place of content; it shows itself only when waiting becomes noticeable. */
export function Loading({ children, label }: { children: ReactNode; label?: string }) {
  const late = useLate(true);
  return (
    <div role="status" aria-label={label ?? t("state.loading")} className={late ? undefined : "invisible"}>
      {children}
    </div>
  );
}

export function RowsSkeleton({ rows = 6, height = "h-10" }: { rows?: number; height?: string }) {
  return (
    <Loading>
      <div className="grid gap-2">
        {Array.from({ length: rows }, (_, i) => (
          <Skeleton key={i} className={height} />
        ))}
      </div>
    </Loading>
  );
}

export function EmptyState({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="empty grid justify-items-center gap-3 px-6 py-12 text-center text-fg-2">
      {icon && <div className="text-fg-3 [&_svg]:size-6">{icon}</div>}
      <p className="max-w-[44ch] text-body">{title}</p>
      {children}
    </div>
  );
}

/** why says in words what went wrong; the server's own sentence when there is one. */
export function why(error: unknown): string {
  if (error instanceof Problem) {
    if (error.code === "offline") return t("error.offline");
    if (error.code === "unavailable") return t("error.unavailable");
    if (error.code === "rate_limited") return t("error.rate_limited");
    if (error.code === "forbidden") return t("error.forbidden");
    if (error.code === "not_found") return t("error.not_found");
    return error.message || t("error.unknown");
  }
  return t("error.unknown");
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="m-4 flex flex-wrap items-center gap-3 rounded-control bg-danger-soft px-3 py-2 text-dense text-danger">
      <AlertCircle size={16} className="flex-none" aria-hidden="true" />
      <span className="min-w-0 flex-[1_1_12rem]">{why(error)}</span>
      {retry && (
        <button type="button" className="btn btn-dense" onClick={retry}>
          <RotateCw aria-hidden="true" />
          {t("action.retry")}
        </button>
      )}
    </div>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  children: (props: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const about = error ?? hint;
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="text-dense font-medium">
        {label}
      </label>
      {children({ id, ...(about ? { "aria-describedby": `${id}-about` } : {}), ...(error ? { "aria-invalid": true as const } : {}) })}
      {about && (
        <p id={`${id}-about`} className={cx("text-meta", error ? "text-danger" : "text-fg-3")}>
          {about}
        </p>
      )}
    </div>
  );
}

export function Check({ label, hint, checked, onChange }: { label: string; hint?: string; checked: boolean; onChange(on: boolean): void }) {
  return (
    <label className="flex items-start gap-2 text-body">
      <input type="checkbox" className="check mt-0.5" checked={checked} onChange={(e) => onChange(e.target.checked)} />
      <span>
        {label}
        {hint && <span className="block text-meta text-fg-3">{hint}</span>}
      </span>
    </label>
  );
}

interface Segment<T extends string> {
  value: T;
  label: ReactNode;
  icon?: ReactNode;
  tip?: Record<string, string>;
}

/** Segmented is one choice of a few, as native radio semantics with arrow keys. */
export function Segmented<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: Segment<NoInfer<T>>[]; onChange(v: T): void }) {
  const step = (by: number) => {
    const i = options.findIndex((o) => o.value === value);
    const next = options[(i + by + options.length) % options.length];
    if (next) flushSync(() => onChange(next.value));
  };
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className="segmented"
      onKeyDown={(e) => {
        const rtl = document.documentElement.dir === "rtl";
        if (e.key === "ArrowDown" || e.key === (rtl ? "ArrowLeft" : "ArrowRight")) step(1);
        else if (e.key === "ArrowUp" || e.key === (rtl ? "ArrowRight" : "ArrowLeft")) step(-1);
        else return;
        e.preventDefault();
        e.currentTarget.querySelector<HTMLElement>("[aria-checked=true]")?.focus();
      }}
    >
      {options.map((o) => (
        <button key={o.value} type="button" role="radio" aria-checked={o.value === value} tabIndex={o.value === value ? 0 : -1} className="segment" onClick={() => onChange(o.value)} {...o.tip}>
          {o.icon}
          {o.label}
        </button>
      ))}
    </div>
  );
}

/** Kbd draws keys: strokes of a sequence apart, a stroke's modifiers before its key. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1" dir="ltr" aria-hidden="true">
      {keys
        .split(" ")
        .flatMap((stroke) => stroke.split(/(?<=.)\+(?=.)/u))
        .map((k, i) => (
          <kbd key={i} className="kbd">
            {keyName(k)}
          </kbd>
        ))}
    </span>
  );
}

const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/u.test(navigator.platform);
const keyNames: Record<string, string> = { Mod: mac ? "⌘" : "Ctrl", Shift: mac ? "⇧" : "Shift", Enter: "↵", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

function keyName(k: string): string {
  return keyNames[k] ?? (k.length === 1 && k >= "A" && k <= "Z" ? `⇧${k}` : k.length === 1 ? k.toUpperCase() : k);
}
