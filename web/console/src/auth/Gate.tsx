import { useEffect, type ReactNode } from "react";
import icon from "../app/icon.svg";

/** Gate is the quiet page in front of the console. */
export function Gate({ title, lead, error, children }: { title: string; lead?: string; error?: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Heard`;
  }, [title]);
  return (
    <main className="grid h-full content-start justify-items-center overflow-y-auto bg-canvas px-4 pt-[14vh] pb-12">
      <div className="w-full max-w-[360px]">
        <div className="mb-6 flex items-center gap-3">
          <img src={icon} alt="" className="size-8" />
          <span className="text-lead font-semibold">Heard</span>
        </div>
        <div className="card p-6">
          <h1 className="text-title font-semibold">{title}</h1>
          {lead && <p className="mt-1 text-body text-fg-2">{lead}</p>}
          <div role="alert">{error && <p className="mt-3 rounded-control bg-danger-soft px-3 py-2 text-dense text-danger">{error}</p>}</div>
          <div className="mt-4">{children}</div>
        </div>
      </div>
    </main>
  );
}
