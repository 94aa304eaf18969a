import type { ReactNode } from "react";
import { cx } from "../ui/basics";

/** Case is one state of a component, with its name. */
export function Case({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <figure className={cx("case", wide && "case-wide")}>
      <figcaption>{name}</figcaption>
      <div className="case-body">{children}</div>
    </figure>
  );
}
