import { usePreferences } from "../app/preferences";
import { useSearch } from "wouter";
import { Row, type RowProps } from "../inbox/Row";
import { Message, Note, Pending } from "../ticket/Bubble";
import { GuardBar } from "../ticket/GuardBar";
import { Case } from "./Case";
import { events, now, pending, rows, talk } from "./fixtures";

const plain: Omit<RowProps, "id" | "ticket" | "density" | "position" | "size"> = { now, open: false, checked: false, cursor: false, left: false, looked: undefined, onTouch: () => {} };

export function Rows() {
  const [{ density }] = usePreferences();
  const asked = new URLSearchParams(useSearch()).get("density");
  const shown = asked === "compact" || asked === "comfortable" ? asked : density;
  return (
    <Case name="unread, open, chosen, about to go, long words, right to left" wide>
      <div role="listbox" aria-label="Ticket rows" aria-multiselectable="true" className="max-w-[380px] border border-line">
        {rows.map(({ ticket, ...part }, i) => (
          <Row key={ticket.id} {...plain} {...part} id={`gallery-row-${i}`} ticket={ticket} density={shown} position={i + 1} size={rows.length} />
        ))}
      </div>
    </Case>
  );
}

const rights = { own: true, any: true, me: "1" };

export function Thread() {
  return (
    <>
      <Case name="messages, note, edited, taken back" wide>
        {talk.map((item) => {
          const props = { name: item.event.by.name ?? "", rights: rights as never, onAct: () => {} };
          return item.type === "note" ? <Note key={item.key} item={item} {...props} /> : <Message key={item.key} item={item} {...props} />;
        })}
      </Case>
      <Case name="on its way, failed" wide>
        {pending.map((o) => (
          <Pending key={o.client_id} outgoing={o} onRetry={() => {}} onEdit={() => {}} />
        ))}
      </Case>
      <Case name="send guard" wide>
        <GuardBar guard={{ events: events.slice(0, 1) } as never} onSend={() => {}} onKeep={() => {}} />
      </Case>
    </>
  );
}
