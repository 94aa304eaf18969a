import { CircleAlert, X } from "lucide-react";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { createPortal } from "react-dom";
import { t } from "../i18n/t";
import { keyOf } from "../keys/registry";
import { KeyboardContext, keyProps, useKey } from "../keys/useKeys";
import { cx, Kbd, why } from "./basics";
import "./toast.css";
import { usePlace } from "./toastPlace";

interface Toast {
  id: number;
  text: string;
  wrong: boolean;
  undo?: (() => void) | undefined;
  lasts: number;
}

interface Say {
  /** about is how many things it is about: what many undo stand for may be thought over. */
  (text: string, undo?: () => void, about?: number): void;
  /** wrong says what failed, in its own words or in those of the error; it stays until somebody has read it. */
  wrong(what: unknown): void;
}

interface Desk {
  say: Say;
  host(dialog: HTMLElement): () => void;
}

const ToastContext = createContext<Desk>({ say: Object.assign(() => {}, { wrong: () => {} }), host: () => () => {} });
const ShelfContext = createContext<HTMLElement | null>(null);
const LASTS = 6000;
const LASTS_OF_MANY = 18_000;
const FEW = 10;
const MOST = 3;

/** useToast says what happened; with `undo` it can be taken back while the toast stands. */
export function useToast(): Say {
  return useContext(ToastContext).say;
}

/** OnShelf puts what stands longer than a toast above them, so that neither lies over the other. */
export function OnShelf({ children }: { children: ReactNode }) {
  const shelf = useContext(ShelfContext);
  return shelf && createPortal(children, shelf);
}

/** useHost lets the toasts into a modal dialog while it is open: what is outside of it can be neither seen nor pressed. */
export function useHost(): (dialog: HTMLElement) => () => void {
  return useContext(ToastContext).host;
}

/** Toasts stand where they cover nothing that one needs; who points at one, or is in one, may take their time. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const [held, setHeld] = useState(false);
  const count = useRef(0);
  const region = useRef<HTMLDivElement>(null);
  const [shelf, setShelf] = useState<HTMLElement | null>(null);
  const [hosts, setHosts] = useState<HTMLElement[]>([]);
  const inside = hosts.at(-1);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((x) => x.id !== id)), []);
  const say = useMemo(() => {
    const add = (toast: Omit<Toast, "id">) => setToasts((all) => [...room(all, toast.text), { ...toast, id: ++count.current }]);
    const tell = (text: string, undo?: () => void, about = 1) => add({ text, wrong: false, undo, lasts: about >= FEW && undo ? LASTS_OF_MANY : LASTS });
    return Object.assign(tell, { wrong: (what: unknown) => add({ text: typeof what === "string" ? what : why(what), wrong: true, lasts: LASTS }) });
  }, []);
  const undoable = toasts.findLast((x) => x.undo !== undefined);
  useKey("undo", undoable ? () => (drop(undoable.id), undoable.undo?.()) : null);
  const { reach, leave, stay } = useReach(region, toasts.length);
  useKey("toasts", toasts.length > 0 ? reach : null);
  usePlace(region, inside);
  const desk = useMemo(() => {
    const host = (dialog: HTMLElement) => {
      setHosts((all) => [...all, dialog]);
      return () => setHosts((all) => all.filter((x) => x !== dialog));
    };
    return { say, host };
  }, [say]);
  const keys = (e: KeyboardEvent) => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    leave();
  };
  const away = (e: FocusEvent) => !e.currentTarget.contains(e.relatedTarget) && setHeld(false);
  const stack = (
    <div ref={region} className="toasts" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={away} onKeyDown={keys}>
      <div ref={setShelf} className="shelf" />
      <div className="shelf" role="status" aria-live="polite" aria-atomic="false" tabIndex={-1}>
        {toasts.map((toast) => (
          <One key={toast.id} toast={toast} held={held} newest={toast === undoable} onGone={() => (stay(), drop(toast.id))} />
        ))}
      </div>
    </div>
  );
  return (
    <ToastContext value={desk}>
      <ShelfContext value={shelf}>{children}</ShelfContext>
      {inside ? createPortal(stack, inside) : stack}
    </ToastContext>
  );
}

/** room is what stays when another comes: the same is not said twice, and what failed goes last. */
function room(all: Toast[], text: string): Toast[] {
  const left = all.filter((x) => x.text !== text);
  if (left.length < MOST) return left;
  const out = left.find((x) => !x.wrong) ?? left[0];
  return left.filter((x) => x !== out);
}

function One({ toast, held, newest, onGone }: { toast: Toast; held: boolean; newest: boolean; onGone(): void }) {
  const keyboard = useContext(KeyboardContext);
  const gone = useRef(onGone);
  gone.current = onGone;
  const { text, undo, wrong, lasts } = toast;
  useEffect(() => {
    if (held || wrong) return;
    const timer = window.setTimeout(() => gone.current(), lasts);
    return () => window.clearTimeout(timer);
  }, [held, wrong, lasts]);
  const takeBack = () => {
    onGone();
    undo?.();
  };
  return (
    <div className={cx("toast", wrong && "toast-wrong")} data-toast={toast.id}>
      {wrong && <CircleAlert aria-hidden="true" />}
      <span className="toast-text" dir="auto">
        {text}
      </span>
      {undo && (
        <button type="button" className="btn btn-dense btn-ghost text-accent-fg" onClick={takeBack} {...keyProps("undo", t("action.undo"))}>
          {t("action.undo")}
          {newest && keyboard.enabled && (
            <span className="toast-key">
              <Kbd keys={keyOf("undo")} />
            </span>
          )}
        </button>
      )}
      <button type="button" className="toast-x" aria-label={t("action.close")} onClick={onGone}>
        <X aria-hidden="true" />
      </button>
    </div>
  );
}

/** useReach goes to the toasts and back to where one was, also when the last of them has gone. */
function useReach(region: RefObject<HTMLDivElement | null>, count: number) {
  const from = useRef<HTMLElement | null>(null);
  const inside = useRef(false);
  const leave = () => {
    const back = from.current;
    from.current = null;
    if (back?.isConnected) back.focus();
    else (document.activeElement as HTMLElement | null)?.blur();
  };
  const reach = () => {
    const here = document.activeElement as HTMLElement | null;
    if (region.current?.contains(here)) return leave();
    from.current = here === document.body ? null : here;
    const buttons = region.current?.querySelectorAll<HTMLElement>("[data-toast] button");
    buttons?.[0]?.focus();
  };
  // What is pressed is about to leave the page, and the focus with it.
  const stay = () => void (inside.current = region.current?.contains(document.activeElement) ?? false);
  useEffect(() => {
    if (!inside.current) return;
    inside.current = false;
    if (count === 0) leave();
    else region.current?.querySelector<HTMLElement>("[data-toast] button")?.focus();
  }, [count, region]);
  return { reach, leave, stay };
}
