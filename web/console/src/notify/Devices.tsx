import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Send, Smartphone, Trash2 } from "lucide-react";
import { useState } from "react";
import type { PushDevice } from "../../../shared/src/wire.gen";
import { api } from "../api/http";
import type { Page } from "../api/types";
import { sayer } from "../i18n/t";
import { dateTime } from "../i18n/time";
import { Group, States } from "../settings/parts";
import { why } from "../ui/basics";
import { useToast } from "../ui/toast";
import en from "./page.en.json";
import { obstacle, subscribe, subscribed, unsubscribe } from "./push";

const p = sayer(en);
const KEY = ["push devices"];

/** Devices are the browsers that are pushed to while no console is open. */
export function Devices() {
  const cache = useQueryClient();
  const say = useToast();
  const q = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.get<Page<PushDevice>>("/push/subscriptions", signal) });
  const mine = useQuery({ queryKey: ["push here"], queryFn: subscribed });
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState("");
  const fresh = () => Promise.all([cache.invalidateQueries({ queryKey: KEY }), cache.invalidateQueries({ queryKey: ["push here"] })]);
  const list = q.data?.items ?? [];
  const here = list.some((d) => d.endpoint_hash === mine.data);
  const against = obstacle();
  const add = async () => {
    setBusy(true);
    try {
      await subscribe();
      setTold(p("added"));
      await fresh();
    } catch (err) {
      setTold(obstacle() === "denied" ? p("denied") : p("failed", { why: err instanceof DOMException ? err.message : why(err) }));
    } finally {
      setBusy(false);
    }
  };
  const remove = (d: PushDevice) => unsubscribe(d).then(fresh).then(() => say(p("removed", { device: d.device })), (err: unknown) => say.wrong(err));
  const test = async (d: PushDevice) => {
    setBusy(true);
    try {
      const r = await api.post<{ sent: boolean; gone: boolean; detail: string }>("/me/notifications/test", { way: "push", device: d.id });
      setTold(r.gone ? p("testGone", { device: d.device }) : r.sent ? p("testSent", { device: d.device }) : p("testFailed", { device: d.device, why: r.detail }));
      await fresh();
    } catch (err) {
      setTold(p("testFailed", { device: d.device, why: why(err) }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group title={p("devices")}>
      <p className="text-dense text-fg-2">{p("devicesLead")}</p>
      <States of={q}>
        {list.length === 0 ? (
          <p className="text-dense text-fg-3">{p("none")}</p>
        ) : (
          <ul className="devices">
            {list.map((d) => (
              <li key={d.id} data-device={d.id}>
                <Smartphone size={16} className="flex-none text-fg-3" aria-hidden="true" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate text-dense font-medium">
                    {d.device}
                    {d.endpoint_hash === mine.data && <span className="font-normal text-fg-3"> · {p("this")}</span>}
                  </span>
                  <span className="block text-meta text-fg-3">
                    {p("since", { when: dateTime(d.created_at) })}
                    {d.sent_at && ` · ${p("sent", { when: dateTime(d.sent_at) })}`}
                  </span>
                  {d.error && <span className="block text-meta text-danger">{p("failing", { why: d.error })}</span>}
                </span>
                <button type="button" className="btn btn-dense" disabled={busy} onClick={() => void test(d)}>
                  <Send className="rtl:-scale-x-100" aria-hidden="true" />
                  {p("test")}
                </button>
                <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={`${p("remove")}: ${d.device}`} data-tip={p("remove")} onClick={() => void remove(d)}>
                  <Trash2 aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </States>
      {against && <p className="text-dense text-fg-2">{p(against)}</p>}
      {!against && !here && (
        <div>
          <button type="button" className="btn" disabled={busy} onClick={() => void add()}>
            <Smartphone aria-hidden="true" />
            {p("add")}
          </button>
        </div>
      )}
      <p role="status" className="text-dense text-fg-2 empty:hidden">
        {told}
      </p>
    </Group>
  );
}
