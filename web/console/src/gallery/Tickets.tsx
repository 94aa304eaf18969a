import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useMemo } from "react";
import { usePreferences } from "../app/preferences";
import { useSearch } from "wouter";
import { Row, type RowProps } from "../inbox/Row";
import { Message, Note, Pending } from "../ticket/Bubble";
import { GuardBar } from "../ticket/GuardBar";
import { Case } from "./Case";
import { colleagues, events, now, pending, rows, talk } from "./fixtures";

const plain: Omit<RowProps, "id" | "ticket" | "density" | "position" | "size"> = { now, open: false, checked: false, cursor: false, left: false, looked: undefined, onTouch: () => {} };

/** Rows is the list in the chosen density, in a narrow pane and in a wide one, and once more in the other density. */
export function Rows() {
  const [{ density }] = usePreferences();
  const asked = new URLSearchParams(useSearch()).get("density");
  const shown = asked === "compact" || asked === "comfortable" ? asked : density;
  const other = shown === "compact" ? "comfortable" : "compact";
  // The marks of colleagues name agents who need not exist on this desk.
  const desk = useMemo(() => {
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
    client.setQueryData(["agents"], colleagues);
    return client;
  }, []);
  return (
    <QueryClientProvider client={desk}>
      <Case name="unread, open, chosen, cursor, about to go, statuses, draft, tags, who looks, who replies, long words, right to left" wide>
        <List name="Ticket rows" density={shown} wide={false} />
      </Case>
      <Case name="the same with room" wide>
        <List name="Ticket rows with room" density={shown} wide />
      </Case>
      <Case name={`the same, ${other}`} wide>
        <List name={`Ticket rows, ${other}`} density={other} wide={false} />
      </Case>
    </QueryClientProvider>
  );
}

function List({ name, density, wide }: { name: string; density: RowProps["density"]; wide: boolean }) {
  return (
    <div role="listbox" aria-label={name} aria-multiselectable="true" className={`gallery-list border border-line ${wide ? "max-w-[640px]" : "max-w-[380px]"}`}>
      {rows.map(({ ticket, ...part }, i) => (
        <Row key={ticket.id} {...plain} {...part} id={`gallery-${density}-${wide ? "wide-" : ""}${i}`} ticket={ticket} density={density} position={i + 1} size={rows.length} />
      ))}
    </div>
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
