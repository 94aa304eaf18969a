import { X } from "lucide-react";
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { t } from "../i18n/t";
import { useKey } from "../keys/useKeys";
import type { ShortcutId } from "../keys/registry";
import { cx } from "./basics";
import { useHost } from "./toast";

/** place puts a layer under its anchor, flipped when there is no room, and always inside the window. */
function place(layer: HTMLElement, anchor: HTMLElement) {
  const a = anchor.getBoundingClientRect();
  const l = layer.getBoundingClientRect();
  const rtl = getComputedStyle(anchor).direction === "rtl";
  const below = a.bottom + 4;
  const above = a.top - 4 - l.height;
  const top = below + l.height > innerHeight - 8 && above > 8 ? above : Math.min(below, Math.max(8, innerHeight - 8 - l.height));
  const start = rtl ? a.right - l.width : a.left;
  const left = Math.min(Math.max(8, start), Math.max(8, innerWidth - 8 - l.width));
  layer.style.top = `${top}px`;
  layer.style.left = `${left}px`;
}

interface PopoverProps {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  role?: "menu" | "dialog";
  onClose(): void;
  className?: string;
  children: ReactNode;
}

/** Popover is a light layer in the top layer; Escape and a press outside close it, focus goes back to its anchor. */
export function Popover({ anchor, label, role = "dialog", onClose, className, children }: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const layer = ref.current;
    const from = anchor.current;
    if (!layer || !from) return;
    layer.showPopover?.();
    place(layer, from);
    const first = layer.querySelector<HTMLElement>("[data-autofocus], [role^=menuitem]:not([aria-disabled=true]), input, select, textarea, button");
    (first ?? layer).focus();
    const outside = (e: PointerEvent) => {
      if (!layer.contains(e.target as Node) && !from.contains(e.target as Node)) close.current();
    };
    const moved = () => place(layer, from);
    const grown = "ResizeObserver" in window ? new ResizeObserver(moved) : null; // what loads later makes it higher
    grown?.observe(layer);
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("resize", moved);
    return () => {
      grown?.disconnect();
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("resize", moved);
      if (layer.contains(document.activeElement)) from.focus();
    };
  }, [anchor]);
  return (
    <div
      ref={ref}
      popover="manual"
      role={role}
      aria-label={label}
      tabIndex={-1}
      className={cx("popover", className)}
      onKeyDown={(e) => {
        if (e.key !== "Escape" && !(e.key === "Tab" && role === "menu")) return;
        e.stopPropagation();
        if (e.key === "Escape") e.preventDefault();
        onClose();
      }}
    >
      {children}
    </div>
  );
}

export interface Item {
  key: string;
  label: string;
  icon?: ReactNode;
  hint?: ReactNode;
  checked?: boolean;
  danger?: boolean;
  disabled?: boolean;
  onSelect(): void;
}

interface MenuProps {
  label: string;
  items: Item[];
  button: ReactNode;
  className?: string;
  shortcut?: ShortcutId;
  /** Offers a filter above the items: for agents, teams and other long lists. */
  search?: boolean;
  disabled?: boolean;
  named?: boolean;
  tip?: Record<string, string>;
  onOpen?: () => void;
}

/** Menu is a button that opens a list of actions or choices. */
export function Menu({ label, items, button, className = "btn", shortcut, search, disabled, named, tip, onOpen }: MenuProps) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const show = (on: boolean) => {
    setOpen(on);
    if (on) onOpen?.();
  };
  useKey(shortcut ?? "help", shortcut && !disabled ? () => show(true) : null);
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={className}
        aria-haspopup={search ? "dialog" : "menu"}
        aria-expanded={open}
        aria-label={named ? undefined : label}
        disabled={disabled}
        onClick={() => show(!open)}
        onKeyDown={(e) => {
          if (e.key !== "ArrowDown") return;
          e.preventDefault();
          show(true);
        }}
        {...tip}
      >
        {button}
      </button>
      {open && <MenuLayer anchor={anchor} label={label} items={items} search={search ?? false} onClose={() => setOpen(false)} />}
    </>
  );
}

function MenuLayer({ anchor, label, items, search, onClose }: { anchor: RefObject<HTMLButtonElement | null>; label: string; items: Item[]; search: boolean; onClose(): void }) {
  return (
    <Popover anchor={anchor} label={label} role={search ? "dialog" : "menu"} onClose={onClose}>
      {search ? <Choices label={label} items={items} onClose={onClose} /> : <Actions items={items} onClose={onClose} />}
    </Popover>
  );
}

function choose(item: Item, onClose: () => void) {
  if (item.disabled) return;
  onClose();
  item.onSelect();
}

function Row({ item }: { item: Item }) {
  return (
    <>
      {item.icon}
      <span className={cx("min-w-0 flex-1 truncate", item.danger && "text-danger")}>{item.label}</span>
      {item.hint && <span className="text-meta text-fg-3">{item.hint}</span>}
      {item.checked && <span aria-hidden="true">✓</span>}
    </>
  );
}

function Actions({ items, onClose }: { items: Item[]; onClose(): void }) {
  const move = (from: HTMLElement, by: number) => {
    const all = [...(from.closest("[popover]")?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const i = all.indexOf(document.activeElement as HTMLElement);
    const to = by === 0 ? 0 : by === Infinity ? all.length - 1 : (i + by + all.length) % all.length;
    all[to]?.focus();
  };
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: 0, End: Infinity };
  return items.map((item) => (
    <button
      key={item.key}
      type="button"
      role={item.checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={item.checked}
      aria-disabled={item.disabled}
      tabIndex={-1}
      className="menu-item"
      onClick={() => choose(item, onClose)}
      onKeyDown={(e) => {
        const by = steps[e.key];
        const key = e.key.toLowerCase();
        const hit = by === undefined && e.key.length === 1 ? items.find((i) => i.label.toLowerCase().startsWith(key)) : undefined;
        if (by !== undefined) move(e.currentTarget, by);
        else if (hit) (e.currentTarget.parentElement?.children[items.indexOf(hit)] as HTMLElement | undefined)?.focus();
        else return;
        e.preventDefault();
        e.stopPropagation();
      }}
    >
      <Row item={item} />
    </button>
  ));
}

function Choices({ label, items, onClose }: { label: string; items: Item[]; onClose(): void }) {
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const needle = text.trim().toLowerCase();
  const shown = needle === "" ? items : items.filter((i) => i.label.toLowerCase().includes(needle));
  const active = Math.min(at, shown.length - 1);
  return (
    <>
      <input
        className="field mb-1"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={shown[active] ? `${id}-${shown[active].key}` : undefined}
        placeholder={t("action.filter")}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.key === "ArrowDown") setAt((active + 1) % Math.max(1, shown.length));
          else if (e.key === "ArrowUp") setAt((active - 1 + shown.length) % Math.max(1, shown.length));
          else if (e.key === "Enter" && !e.nativeEvent.isComposing && shown[active]) choose(shown[active], onClose);
          else return;
          e.preventDefault();
        }}
      />
      <div role="listbox" id={`${id}-list`} aria-label={label}>
        {shown.map((item, i) => (
          <div
            key={item.key}
            id={`${id}-${item.key}`}
            role="option"
            aria-selected={item.checked ?? false}
            aria-disabled={item.disabled}
            data-active={i === active}
            className="menu-item"
            onPointerMove={() => setAt(i)}
            onClick={() => choose(item, onClose)}
          >
            <Row item={item} />
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="px-2 py-1 text-dense text-fg-3">{t("state.noMatch")}</p>}
    </>
  );
}

interface DialogProps {
  title: string;
  onClose(): void;
  className?: string;
  children: ReactNode;
}

/** Dialog is the browser's own modal: it makes the rest inert, keeps the focus and gives it back. */
export function Dialog({ title, onClose, className, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const host = useHost();
  useEffect(() => {
    const d = ref.current;
    const before = document.activeElement as HTMLElement | null;
    if (d && !d.open) d.showModal();
    (d?.querySelector<HTMLElement>("[data-autofocus]") ?? d)?.focus();
    const leave = d && host(d);
    return () => {
      leave?.();
      d?.close();
      if (before?.isConnected) before.focus();
    };
  }, [host]);
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      className={cx("dialog", className)}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onPointerDown={(e) => {
        if (e.target === e.currentTarget && outside(e.currentTarget, e.clientX, e.clientY)) onClose();
      }}
    >
      <div className="flex items-center justify-between gap-4 px-5 pt-4">
        <h2 id={id} className="text-title font-semibold">
          {title}
        </h2>
        <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={t("action.close")} onClick={onClose}>
          <X aria-hidden="true" />
        </button>
      </div>
      <div className="px-5 pt-3 pb-5">{children}</div>
    </dialog>
  );
}

function outside(el: HTMLElement, x: number, y: number): boolean {
  const r = el.getBoundingClientRect();
  return x < r.left || x > r.right || y < r.top || y > r.bottom;
}

/** useToggle names the three things that a layer's owner needs. */
export function useToggle(initial = false) {
  const [on, set] = useState(initial);
  return { on, open: useCallback(() => set(true), []), close: useCallback(() => set(false), []) };
}
