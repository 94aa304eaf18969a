import { lazy, Suspense, useMemo, useRef, useState, type ReactNode, type RefObject } from "react";
import { part } from "../app/soon";
import { CustomerList } from "../customers/CustomerList";
import type { Known, useCustomers } from "../customers/data";
import { ListStore } from "../inbox/listStore";
import { sourceOf } from "../inbox/source";
import { Keyboard } from "../keys/registry";
import { KeyboardContext } from "../keys/useKeys";
import { Store } from "../live/store";
import { MacroBar, OpenBar, OtherBar } from "../ticket/compose/Bars";
import type { Writing } from "../ticket/compose/drafts";
import type { TicketActions } from "../ticket/actions";
import { Segmented } from "../ui/basics";
import { useToggle } from "../ui/layer";
import { Case } from "./Case";
import { customers, rows, ticket } from "./fixtures";
import "../customers/customers.css";
import "../inbox/inbox.css";
import "../ticket/compose/compose.css";
import "../ticket/ticket.css";

const BulkBar = lazy(part(() => import("../inbox/BulkBar")));
const InboxZero = lazy(part(() => import("../inbox/InboxZero")));
const WhenPicker = lazy(part(() => import("../ticket/when/WhenPicker")));
const HandoffDialog = lazy(part(() => import("../ticket/HandoffDialog")));
const BellPanel = lazy(part(() => import("../notify/BellPanel")));
const Palette = lazy(part(() => import("../palette/Palette")));

/** Keyless gives what it holds a keyboard of its own: keys of the console must not act on tickets that do not exist. */
function Keyless({ children }: { children: ReactNode }) {
  const keyboard = useMemo(() => new Keyboard(), []);
  return <KeyboardContext.Provider value={keyboard}>{children}</KeyboardContext.Provider>;
}

/** Lists are what stands around a list of tickets: what is selected, and a list that is done. */
export function Lists() {
  const pressed = useRef(null);
  const store = useMemo(() => {
    const made = new ListStore(sourceOf("all", ""), "");
    made.chosen.patch({ ids: new Set(rows.slice(0, 3).map((r) => r.ticket.id)) });
    return made;
  }, []);
  return (
    <Suspense>
      <Case name="bulk bar" wide>
        <Keyless>
          <div className="relative max-w-[420px] border border-line">
            <BulkBar store={store} total={1284} pressed={pressed} />
          </div>
        </Keyless>
      </Case>
      <Case name="inbox zero" wide>
        <InboxZero />
      </Case>
    </Suspense>
  );
}

const nothing = { open_tickets: 0, tickets: 0, last_contact_at: null, csat: null };
type List = ReturnType<typeof useCustomers>;
const list = (part: Partial<Record<keyof List, unknown>>) => ({ isPending: false, isError: false, isSuccess: true, isFetching: false, hasNextPage: false, isFetchNextPageError: false, refetch: () => {}, ...part }) as unknown as List;

const customerStates = {
  some: { list: list({}), rows: customers.map((c) => ({ ...nothing, ...c })), q: "" },
  nobody: { list: list({}), rows: [], q: "zzz" },
  error: { list: list({ isError: true, isSuccess: false, error: new Error("offline") }), rows: [], q: "" },
  loading: { list: list({ isPending: true, isSuccess: false }), rows: [], q: "" },
} satisfies Record<string, { list: List; rows: Known[]; q: string }>;
type CustomerState = keyof typeof customerStates;

/** Customers is their list, one state at a time: it is a landmark of its page. */
export function Customers() {
  const field = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<CustomerState>("some");
  const shown = customerStates[state];
  return (
    <Case name="verified, open, under the cursor, without a name, long name" wide>
      <Segmented label="State of the list" value={state} options={Object.keys(customerStates).map((value) => ({ value: value as CustomerState, label: value }))} onChange={(v) => setState(v as CustomerState)} />
      <div className="flex h-80 w-full max-w-[720px] flex-col border border-line">
        <CustomerList list={shown.list} rows={shown.rows} q={shown.q} typed={shown.q} open={customers[1]?.id} cursor={customers[2]?.id} field={field} onType={() => {}} onStep={() => {}} onOpen={() => {}} />
      </div>
    </Case>
  );
}

const writing = (part: Partial<Writing>): Writing => ({ other: new Store(null), macro: new Store(null), swap: () => {}, dismiss: () => {}, ...part }) as unknown as Writing;
const at = (name: string, from: number) => ({ name, from, to: from + name.length });

/** Writing is what the composer says above the text. */
export function Composing() {
  const area = useRef<HTMLTextAreaElement>(null);
  const elsewhere = useMemo(() => writing({ other: new Store({ from: "elsewhere", body: "" }) as never }), []);
  const macro = useMemo(() => writing({ macro: new Store({ id: "1", name: "Refund", actions: [{ kind: "status", status: "pending" }, { kind: "tag", add: ["refund"] }] }) as never }), []);
  return (
    <>
      <Case name="written in another window" wide>
        <OtherBar w={elsewhere} />
      </Case>
      <Case name="what a macro will do" wide>
        <MacroBar w={macro} area={area} />
      </Case>
      <Case name="still to be filled in" wide>
        <OpenBar open={[at("customer.first_name", 6), at("ticket.subject", 40)]} area={area} />
      </Case>
    </>
  );
}

const still = new Proxy({}, { get: () => () => Promise.resolve() }) as unknown as TicketActions;

/** Pickers open over what one works on: a time, another owner, everything. */
export function Pickers() {
  return (
    <Keyless>
      <Case name="bell, snooze, handoff, palette">
        <Opens label="Bell">{(anchor, close) => <BellPanel anchor={anchor} onClose={close} />}</Opens>
        <Opens label="Snooze">{(anchor, close) => <WhenPicker anchor={anchor} label="Snooze until" onPick={close} onClose={close} />}</Opens>
        <Opens label="Hand off">{(_, close) => <HandingOver onClose={close} />}</Opens>
        <Opens label="Palette">{(_, close) => <Searching onClose={close} />}</Opens>
      </Case>
    </Keyless>
  );
}

function HandingOver({ onClose }: { onClose(): void }) {
  const filled = useRef({ to: "", reason: "", note: "" });
  return <HandoffDialog ticket={{ ...ticket({}), events: [] } as never} to={undefined} filled={filled} actions={still} onClose={onClose} />;
}

function Searching({ onClose }: { onClose(): void }) {
  const typed = useRef("");
  return <Palette typed={typed} onClose={onClose} />;
}

function Opens({ label, children }: { label: string; children(anchor: RefObject<HTMLButtonElement | null>, close: () => void): ReactNode }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const open = useToggle();
  return (
    <>
      <button ref={anchor} type="button" className="btn" onClick={open.open}>
        {label}
      </button>
      {open.on && <Suspense>{children(anchor, open.close)}</Suspense>}
    </>
  );
}
