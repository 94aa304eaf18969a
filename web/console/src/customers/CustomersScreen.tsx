import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { query } from "../api/http";
import { useKey } from "../keys/useKeys";
import { cx } from "../ui/basics";
import { CustomerList } from "./CustomerList";
import { CustomerPage } from "./CustomerPage";
import { rowsOf, useCustomers, useFresh } from "./data";
import { c } from "./words";

/** A search waits until the typing has paused for so long, in ms. */
const PAUSE = 200;

/** CustomersScreen is everybody who wrote to the desk: a list, and beside it the one that is chosen. */
export default function CustomersScreen({ id }: { id?: string | undefined }) {
  const [, go] = useLocation();
  const { q, typed, type } = useTyped();
  const list = useCustomers(q);
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const [cursor, setCursor] = useState<string | undefined>(id);
  const field = useRef<HTMLInputElement>(null);
  useFresh(id);
  useEffect(() => {
    if (id !== undefined) setCursor(id);
  }, [id]);
  useEffect(() => {
    if (id === undefined) document.title = `${c("title")} · Heard`;
  }, [id]);

  const pathTo = useCallback((to?: string) => (to ? `/customers/${to}` : "/customers") + query({ q }), [q]);
  const open = useCallback((to: string) => go(pathTo(to)), [go, pathTo]);
  const at = rows.findIndex((r) => r.id === (cursor ?? id));
  const step = (by: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (!next) return;
    setCursor(next.id);
    if (id !== undefined) go(pathTo(next.id), { replace: true });
  };
  const here = rows[Math.max(0, at)]?.id;
  useKey("list.next", () => step(1));
  useKey("list.previous", () => step(-1));
  useKey("list.open", here !== undefined && here !== id ? () => go(pathTo(here)) : null);
  useKey("list.back", id !== undefined ? () => go(pathTo()) : null);
  useKey("list.search", () => field.current?.focus());

  return (
    <div className={cx("customers", id !== undefined && "customers-open")}>
      <CustomerList list={list} rows={rows} q={q} typed={typed} open={id} cursor={rows[at]?.id} field={field} onType={type} onStep={step} onOpen={open} />
      {id !== undefined && <CustomerPage key={id} id={id} known={rows.find((r) => r.id === id)} onBack={() => go(pathTo())} />}
    </div>
  );
}

/** useTyped is the search as it is typed, and as it is asked for: that one stands in the address, so that it can be shared. */
function useTyped() {
  const [path, go] = useLocation();
  const q = new URLSearchParams(useSearch()).get("q") ?? "";
  const [typed, setTyped] = useState(q);
  const asked = useRef(q);
  const timer = useRef(0);
  useEffect(() => {
    // Back and forward bring a search of their own.
    if (q !== asked.current) setTyped(q);
    asked.current = q;
  }, [q]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped(text);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      asked.current = text.trim();
      go(path + query({ q: text.trim() }), { replace: true });
    }, PAUSE);
  };
  return { q, typed, type };
}
