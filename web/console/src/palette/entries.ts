import { useQuery } from "@tanstack/react-query";
import { useContext, useMemo } from "react";
import { useLocation } from "wouter";
import { api, query } from "../api/http";
import type { Customer, Page, Ticket } from "../api/types";
import { useDesk, useMay } from "../app/desk";
import { usePreferences } from "../app/preferences";
import { sayer, t } from "../i18n/t";
import { keysIn, labelOf, shortcuts, type Keyboard, type ShortcutId } from "../keys/registry";
import { KeyboardContext } from "../keys/useKeys";
import { desk, mine } from "../settings/sections";
import { useViews } from "../inbox/views";
import { fuzzy } from "./fuzzy";
import { recents } from "./recents";
import en from "./words.en.json";
import { subjectOf } from "../inbox/subject";

export const p = sayer(en);

export type Group = "recent" | "ticket" | "list" | "macros" | "tickets" | "go" | "customers" | "views" | "settings" | "you";

/** Entry is one line of the palette: something to go to, or something to do. */
export interface Entry {
  key: string;
  group: Group;
  label: string;
  hint?: string | undefined;
  keys?: string | undefined;
  at?: number[];
  href?: string;
  run?: () => void;
}

/** Moving about is for keys: in a list of commands it would only be noise. */
const still: ShortcutId[] = ["palette", "list.next", "list.previous", "list.open", "list.select", "list.select-next", "list.select-previous"];
const groupOf = { "keys.ticket": "ticket", "keys.list": "list", "keys.go": "go" } as const satisfies Record<string, Group>;

/** useCommands are what can be done where one is, what is chosen first; from the table that the keys come from. */
function useCommands(): Entry[] {
  const keyboard = useContext(KeyboardContext);
  return useMemo(
    () =>
      keyboard
        .available()
        .filter((id) => !still.includes(id))
        .map((id) => ({
          key: id,
          group: groupOf[shortcuts.find((s) => s.id === id)?.group ?? "keys.go"],
          label: t(labelOf(id)),
          keys: keyboard.enabled ? keysIn(keyboard.chosen, id)[0] : undefined,
          run: () => keyboard.run(id),
        })),
    [keyboard],
  );
}

const reports = ["live", "overview", "satisfaction", "speed", "volume", "handoffs", "team", "topics", "weekly"] as const;

/** usePlaces are the screens, views and settings pages that the person may open. */
function usePlaces(): Entry[] {
  const may = useMay();
  const views = useViews();
  const { me } = useDesk();
  return useMemo(() => {
    const place = (group: Group, href: string, label: string): Entry => ({ key: href, group, href, label });
    const pages = reports.filter((r) => may.reports && (r !== "team" || me.permissions.includes("figure.agents")) && (r !== "weekly" || me.permissions.includes("report.read")));
    return [
      ...[...views.own, ...views.saved].map((v) => place("views", `/inbox/${v.view}`, p("view", { name: v.name }))),
      ...views.teams.map((v) => place("views", `/inbox/${v.view}`, p("team", { name: v.name }))),
      ...pages.map((r) => place("go", `/reports/${r}`, p("report", { name: p(`report.${r}`) }))),
      ...(may.followUps ? [place("go", "/follow-ups", t("nav.followUps"))] : []),
      ...[...mine, ...(may.settings ? desk : [])].map((s) => place("settings", `/settings/${s}`, p("setting", { name: t(`settings.${s}`) }))),
    ];
  }, [may.followUps, may.reports, may.settings, me, views]);
}

/** useMacros are those that fit the open ticket; choosing one types its name after a slash, so that it is previewed as ever. */
function useMacros(): Entry[] {
  const keyboard = useContext(KeyboardContext);
  const ticket = /^\/(?:inbox\/[^/]+|tickets)\/(\w+)/u.exec(useLocation()[0])?.[1];
  const enabled = ticket !== undefined && keyboard.handles("ticket.reply");
  const q = useQuery({ queryKey: ["macros", ticket], queryFn: ({ signal }) => api.get<Page<{ id: string; name: string }>>(`/macros${query({ ticket })}`, signal), enabled, staleTime: 60_000, retry: false });
  return (enabled ? (q.data?.items ?? []) : []).map((m) => ({ key: `macro.${m.id}`, group: "macros" as const, label: p("macro", { name: m.name }), run: () => callMacro(keyboard, m.name) }));
}

function callMacro(keyboard: Keyboard, name: string) {
  keyboard.run("ticket.reply");
  window.setTimeout(() => {
    const field = document.activeElement;
    if (!(field instanceof HTMLTextAreaElement)) return;
    const before = field.value.slice(0, field.selectionStart);
    // The browser's own way of typing: it can be undone, and the field hears of it as of any key.
    document.execCommand("insertText", false, `${/\S$/u.test(before) ? " " : ""}/${name.split(/\s/u)[0] ?? ""}`);
  });
}

function useOwn(): Entry[] {
  const { live } = useDesk();
  const [now, change] = usePreferences();
  const own = (key: string, label: string, run: () => void): Entry => ({ key, group: "you", label, run });
  return [
    ...(["system", "light", "dark"] as const).filter((v) => v !== now.theme).map((v) => own(`theme.${v}`, p(`theme.${v}`), () => change({ theme: v }))),
    ...(["comfortable", "compact"] as const).filter((v) => v !== now.density).map((v) => own(`density.${v}`, p(`density.${v}`), () => change({ density: v }))),
    ...(["online", "away", "offline"] as const).map((v) => own(`be.${v}`, p("be", { state: t(`availability.${v}`) }), () => live.setAvailability(v))),
  ];
}

const FEW = 6;
const FRESH = 20_000;

/** useFound asks the server for tickets and customers; what was found last stays until the answer is there. */
function useFound(text: string) {
  const asks = /^#?\d+$/u.test(text) || text.length > 1;
  const options = { enabled: asks, staleTime: FRESH, retry: false, placeholderData: (was: unknown) => was as never };
  const tickets = useQuery({ ...options, queryKey: ["palette", "tickets", text], queryFn: ({ signal }) => api.get<Page<Ticket>>(`/tickets${query({ view: "all", q: text.replace(/^#/u, ""), limit: FEW })}`, signal) });
  const customers = useQuery({ ...options, enabled: asks && !/^#?\d+$/u.test(text), queryKey: ["palette", "customers", text], queryFn: ({ signal }) => api.get<Page<Customer>>(`/customers${query({ q: text, limit: 4 })}`, signal) });
  return { asks, tickets, customers };
}

function ticketEntry(x: Ticket): Entry {
  const hint = [x.customer_name || p("unnamed"), t(`status.${x.status}`)].join(" · ");
  return { key: `/tickets/${x.id}`, group: "tickets", href: `/tickets/${x.id}`, label: p("ticket", { number: String(x.number), subject: subjectOf(x) }), hint };
}

function customerEntry(c: Customer): Entry {
  return { key: `customer.${c.id}`, group: "customers", href: `/customers/${c.id}`, label: c.name || c.email, hint: c.name ? c.email : undefined };
}

/** useEntries is what the palette shows for what was typed: `text` at once, `asked` when the typing paused. */
export function useEntries(text: string, asked: string) {
  const known = [...useCommands(), ...useMacros(), ...usePlaces(), ...useOwn()];
  const [, go] = useLocation();
  const found = useFound(asked);
  const needle = text.trim();
  const entries = needle === "" ? unasked(known) : matching(known, needle);
  if (needle !== "" && found.asks) {
    const rows = (found.tickets.data?.items ?? []).map(ticketEntry);
    entries.push(...rows, ...(found.customers.data?.items ?? []).map(customerEntry));
    const href = `/inbox/all${query({ status: "all", q: needle })}`;
    entries.push({ key: "all", group: "tickets", href, label: p("all", { text: needle }) });
  }
  const order = needle === "" ? byHand : bySearch(needle, entries);
  entries.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  return { entries, go, busy: found.tickets.isFetching || asked !== needle, error: found.tickets.error };
}

const byHand: Group[] = ["ticket", "recent", "list", "macros", "go", "views", "settings", "you", "tickets", "customers"];

/** A number is a ticket. Words are commands first, in the order of the best of each kind, since they answer at once. */
function bySearch(needle: string, entries: Entry[]): Group[] {
  const commands = [...new Set(entries.map((e) => e.group))].filter((g) => g !== "tickets" && g !== "customers");
  return /^#?\d+$/u.test(needle) ? ["tickets", ...commands, "customers"] : [...commands, "tickets", "customers"];
}

/** Before anything is typed: what is recent, and what can be done here. */
function unasked(known: Entry[]): Entry[] {
  const last = recents().map((r): Entry => ({ ...r, group: "recent" }));
  return [...last, ...known.filter((e) => (e.run !== undefined && e.group !== "macros") || e.group === "views")];
}

const MOST = 12;

function matching(known: Entry[], needle: string): Entry[] {
  return known
    .flatMap((e) => {
      const hit = fuzzy(needle, e.label);
      return hit ? [{ e: { ...e, at: hit.at }, score: hit.score }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map((x) => x.e);
}
