import { Check as CheckIcon, ChevronDown, Inbox, Send, Trash2 } from "lucide-react";
import { useRef, useState, type CSSProperties } from "react";
import { Problem } from "../api/http";
import { Load } from "../app/MyMenu";
import { ChannelIcon, DraftMark, PriorityMark, StatusMark, Waiting } from "../inbox/marks";
import { Choices, DurationField, NumberField, WordsField } from "../settings/fields";
import { Avatar, Check, EmptyState, ErrorState, Field, Kbd, Segmented, Skeleton } from "../ui/basics";
import { Dialog, Menu, Popover, useToggle } from "../ui/layer";
import { useToast } from "../ui/toast";
import { Case } from "./Case";
import { now, ticket } from "./fixtures";

const colors = ["canvas", "surface", "raised", "sunken", "fg", "fg-2", "fg-3", "line", "line-strong", "accent", "accent-fg", "selected", "danger", "danger-soft", "warn", "warn-soft", "ok", "ok-soft", "info", "info-soft", "note", "note-line", "series-1", "series-2", "series-3", "series-4", "series-5", "series-6"];
const sizes = ["micro", "meta", "dense", "body", "msg", "lead", "title", "page", "kpi"];
const sizeClass: Record<string, string> = { micro: "text-micro", meta: "text-meta", dense: "text-dense", body: "text-body", msg: "text-msg", lead: "text-lead", title: "text-title", page: "text-page", kpi: "text-kpi" };

export function Tokens() {
  return (
    <>
      <Case name="colours" wide>
        <div className="swatches">
          {colors.map((c) => (
            <div key={c}>
              <i style={{ background: `var(--${c})` } as CSSProperties} />
              {c}
            </div>
          ))}
        </div>
      </Case>
      <Case name="type" wide>
        {sizes.map((s) => (
          <p key={s} className={sizeClass[s]}>
            {s}: Where is my parcel #1042? 0123456789
          </p>
        ))}
      </Case>
    </>
  );
}

const kinds = { secondary: "btn", primary: "btn btn-primary", ghost: "btn btn-ghost", danger: "btn btn-danger", note: "btn btn-note" };

export function Buttons() {
  return (
    <>
      {Object.entries(kinds).map(([name, c]) => (
        <Case key={name} name={name}>
          <button type="button" className={c}>
            <Send aria-hidden="true" />
            Send
          </button>
          <button type="button" className={c} disabled>
            Disabled
          </button>
          <button type="button" className={`${c} btn-dense`}>
            Dense
          </button>
        </Case>
      ))}
      <Case name="icon, split">
        <button type="button" className="btn btn-icon" aria-label="Delete">
          <Trash2 aria-hidden="true" />
        </button>
        <button type="button" className="btn btn-ghost btn-icon" aria-label="Choose" aria-expanded="false">
          <ChevronDown aria-hidden="true" />
        </button>
        <div className="split">
          <button type="button" className="btn btn-primary">
            <Send aria-hidden="true" />
            Send
          </button>
          <Menu label="More ways to send" className="btn btn-primary btn-icon" items={items} button={<ChevronDown aria-hidden="true" />} />
        </div>
      </Case>
    </>
  );
}

const items = [
  { key: "a", label: "Send and resolve", icon: <CheckIcon aria-hidden="true" />, hint: "Ctrl", onSelect: () => {} },
  { key: "b", label: "Chosen", checked: true, onSelect: () => {} },
  { key: "c", label: "Not now", disabled: true, onSelect: () => {} },
  { key: "d", label: "Delete", danger: true, onSelect: () => {} },
];

export function Fields() {
  const [n, setN] = useState(7);
  const [s, setS] = useState(900);
  const [words, setWords] = useState(["billing", "lang:de"]);
  return (
    <>
      <Case name="field">
        <div className="block">
          <Field label="Name" hint="As customers see it">
            {(p) => <input {...p} className="field" defaultValue="Wrenfold" />}
          </Field>
        </div>
      </Case>
      <Case name="field, wrong">
        <div className="block">
          <Field label="E-mail" error="is not an e-mail address">
            {(p) => <input {...p} className="field" defaultValue="ana@" />}
          </Field>
        </div>
      </Case>
      <Case name="field, disabled and empty">
        <div className="block grid gap-2">
          <input className="field" aria-label="Disabled" disabled value="Not now" readOnly />
          <input className="field" aria-label="Empty" placeholder="https://shop.example" />
        </div>
      </Case>
      <Case name="textarea">
        <div className="block">
          <Field label="Greeting">{(p) => <textarea {...p} className="field" rows={2} defaultValue="Hello! How can we help?" />}</Field>
        </div>
      </Case>
      <Case name="select">
        <div className="block">
          <Field label="Team">
            {(p) => (
              <select {...p} className="field">
                <option>Support</option>
                <option>A team with a very long name that does not fit</option>
              </select>
            )}
          </Field>
        </div>
      </Case>
      <Case name="number, duration">
        <div className="block grid gap-3">
          <NumberField label="Days" value={n} max={365} unit="days" onChange={setN} />
          <DurationField label="After" value={s} onChange={setS} />
        </div>
      </Case>
      <Case name="words">
        <div className="block">
          <WordsField label="Skills" hint="Enter adds one" values={words} onChange={setWords} />
        </div>
      </Case>
    </>
  );
}

export function Choosing() {
  const [on, setOn] = useState(true);
  const [v, setV] = useState<"a" | "b" | "c">("a");
  return (
    <>
      <Case name="check">
        <div className="block grid gap-2">
          <Check label="Single-key shortcuts" hint="Turn them off if you use voice control." checked={on} onChange={setOn} />
          <Check label="Off" checked={false} onChange={() => {}} />
        </div>
      </Case>
      <Case name="segmented">
        <Segmented<"a" | "b" | "c">
          label="Kind"
          value={v}
          onChange={setV}
          options={[
            { value: "a", label: "Reply" },
            { value: "b", label: "Note" },
            { value: "c", label: "Mail" },
          ]}
        />
      </Case>
      <Case name="choices">
        <div className="block">
          <Choices<"a" | "b" | "c">
            label="Density"
            value={v}
            onChange={setV}
            options={[
              { value: "a", label: "Comfortable", hint: "Three lines a ticket" },
              { value: "b", label: "Compact", hint: "One line a ticket" },
            ]}
          />
        </div>
      </Case>
    </>
  );
}

export function Layers() {
  const dialog = useToggle();
  const pop = useToggle();
  const anchor = useRef<HTMLButtonElement>(null);
  const say = useToast();
  return (
    <>
      <Case name="menu, with a filter">
        <Menu label="Menu" items={items} button="Menu" named />
        <Menu label="Agents" items={items} search button="Filter" named />
      </Case>
      <Case name="popover, dialog, toast">
        <button ref={anchor} type="button" className="btn" aria-expanded={pop.on} onClick={pop.on ? pop.close : pop.open}>
          Popover
        </button>
        <button type="button" className="btn" onClick={dialog.open}>
          Dialog
        </button>
        <button type="button" className="btn" onClick={() => say("Resolved", () => {})}>
          Toast
        </button>
      </Case>
      <Case name="toast with undo">
        <div className="toast">
          <span>Snoozed until tomorrow</span>
          <button type="button" className="btn btn-dense btn-ghost text-accent-fg">
            Undo
          </button>
        </div>
      </Case>
      <Case name="tooltip and keys">
        <span className="tip">
          Resolve <Kbd keys="e" />
        </span>
        <Kbd keys="g i" />
        <Kbd keys="Mod+Shift+Enter" />
        <Kbd keys="Escape" />
      </Case>
      <Case name="banner">
        <div className="block flex items-center justify-center gap-2 rounded-control bg-warn-soft px-4 py-1.5 text-dense font-medium text-warn">No connection. What you write waits here.</div>
      </Case>
      {pop.on && (
        <Popover anchor={anchor} label="Popover" onClose={pop.close} className="p-3">
          <p className="text-dense">Closes by Escape, by a click elsewhere.</p>
        </Popover>
      )}
      {dialog.on && (
        <Dialog title="A dialog" onClose={dialog.close}>
          <p className="text-fg-2">The rest of the page is inert; the focus comes back when it closes.</p>
        </Dialog>
      )}
    </>
  );
}

const tones = ["", "chip-accent", "chip-info", "chip-ok", "chip-warn", "chip-danger"];
const ago = (ms: number) => new Date(now - ms).toISOString();

export function Marks() {
  return (
    <>
      <Case name="chips">
        {tones.map((c) => (
          <span key={c} className={`chip ${c}`}>
            {c.replace("chip-", "") || "plain"}
          </span>
        ))}
      </Case>
      <Case name="waiting: calm, soon, late">
        {[2, 30, 300].map((min) => (
          <Waiting key={min} now={now} ticket={ticket({ waiting_since: ago(min * 60_000) })} />
        ))}
      </Case>
      <Case name="status">
        {(["pending", "snoozed", "resolved", "closed"] as const).map((status) => (
          <StatusMark key={status} now={now} brief={false} ticket={ticket({ status, snoozed_until: status === "snoozed" ? ago(-7_200_000) : null })} />
        ))}
      </Case>
      <Case name="priority, channel, draft">
        <PriorityMark priority="high" />
        <PriorityMark priority="urgent" />
        <ChannelIcon channel="chat" />
        <ChannelIcon channel="email" />
        <ChannelIcon channel="api" />
        <DraftMark />
      </Case>
    </>
  );
}

export function People() {
  return (
    <>
      <Case name="avatar, sizes">
        {([20, 24, 28, 32, 40] as const).map((size) => (
          <Avatar key={size} name="Mia Larsen" seed={String(size)} size={size} />
        ))}
      </Case>
      <Case name="avatar, presence">
        {(["online", "away", "offline"] as const).map((p, i) => (
          <Avatar key={p} name="Ben Okafor" seed={`p${i}`} size={32} presence={p} />
        ))}
      </Case>
      <Case name="avatar, names of the world">
        {["Zoë", "محمد علي", "王小明", "", "🙂 Kim"].map((name, i) => (
          <Avatar key={name} name={name} seed={`w${i}`} />
        ))}
      </Case>
      <Case name="load">
        <Load load={1} capacity={4} />
        <Load load={4} capacity={4} />
      </Case>
    </>
  );
}

export function States() {
  return (
    <>
      <Case name="empty">
        <div className="block">
          <EmptyState icon={<Inbox aria-hidden="true" />} title="Nothing is open here." />
        </div>
      </Case>
      <Case name="error, with retry">
        <ErrorState error={new Problem(503, { code: "unavailable" })} retry={() => {}} />
      </Case>
      <Case name="error, offline">
        <ErrorState error={new Problem(0, { code: "offline" })} />
      </Case>
      <Case name="loading">
        <div className="block grid gap-2">
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="h-4" />
          <Skeleton className="h-4 w-1/2" />
        </div>
      </Case>
    </>
  );
}
