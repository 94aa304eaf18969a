import { ChevronRight } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { recall, remember } from "../../app/storage";

interface Props {
  /** What is remembered under; the same section of every ticket is open or closed. */
  id: string;
  title: string;
  /** Shown beside the title, also while it is closed. */
  hint?: ReactNode;
  /** It cannot be closed: keys act on what is in it. */
  fixed?: boolean;
  children: ReactNode;
}

/** Section is one part of the pane beside a ticket: closed by whoever does not need it, for all tickets. */
export function Section({ id, title, hint, fixed = false, children }: Props) {
  const body = useId();
  const [open, setOpen] = useState(() => recall(`side.${id}`) !== "closed");
  const turn = () => {
    setOpen(!open);
    remember(`side.${id}`, open ? "closed" : null);
  };
  if (fixed) {
    return (
      <section className="side-section" data-section={id}>
        <h2 className="side-title">{title}</h2>
        {children}
      </section>
    );
  }
  return (
    <section className="side-section" data-section={id}>
      <h2 className="side-title">
        <button type="button" className="side-toggle" aria-expanded={open} aria-controls={open ? body : undefined} onClick={turn}>
          <span>{title}</span>
          {hint && <span className="side-hint">{hint}</span>}
          <ChevronRight aria-hidden="true" className={open ? "rotate-90" : "rtl:-scale-x-100"} />
        </button>
      </h2>
      {open && (
        <div id={body} className="side-body">
          {children}
        </div>
      )}
    </section>
  );
}
