import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { t } from "../i18n/t";
import { keyProps, useKey } from "../keys/useKeys";

interface Toast {
  id: number;
  text: string;
  undo?: (() => void) | undefined;
}

type Say = (text: string, undo?: () => void) => void;

const ToastContext = createContext<Say>(() => {});
const LASTS = 6000;

/** useToast says what happened; with `undo` it can be taken back while the toast stands. */
export function useToast(): Say {
  return useContext(ToastContext);
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const count = useRef(0);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((x) => x.id !== id)), []);
  const say = useCallback<Say>(
    (text, undo) => {
      const id = ++count.current;
      setToasts((all) => [...all.slice(-2), { id, text, undo }]);
      window.setTimeout(() => drop(id), LASTS);
    },
    [drop],
  );
  const undoable = toasts.findLast((x) => x.undo !== undefined);
  useKey("undo", undoable ? () => (drop(undoable.id), undoable.undo?.()) : null);
  const list = useMemo(
    () =>
      toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <span className="min-w-0">{toast.text}</span>
          {toast.undo && (
            <button
              type="button"
              className="btn btn-dense btn-ghost text-accent-fg"
              onClick={() => {
                drop(toast.id);
                toast.undo?.();
              }}
              {...keyProps("undo", t("action.undo"))}
            >
              {t("action.undo")}
            </button>
          )}
        </div>
      )),
    [toasts, drop],
  );
  return (
    <ToastContext value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {list}
      </div>
    </ToastContext>
  );
}
