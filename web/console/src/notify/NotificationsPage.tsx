import { Bell, BellRing, Monitor, Play, Smartphone, Volume2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { NotificationKind, NotificationSettings, NotificationWays } from "../../../shared/src/wire.gen";
import { sayer, t } from "../i18n/t";
import { Group, Head, States } from "../settings/parts";
import { Check, Segmented } from "../ui/basics";
import { useToast } from "../ui/toast";
import { Devices } from "./Devices";
import { permission, popUp } from "./desktop";
import "./notify.css";
import en from "./page.en.json";
import { QuietFields } from "./QuietFields";
import { play, soundNames } from "./sound";
import { useChangeSettings, useNotificationSettings } from "./useNotifications";

const p = sayer(en);

/** What is kept changes at once and for every window, so that there is nothing to save. */
export type Change = (patch: Partial<NotificationSettings>) => void;

export interface PartProps {
  now: NotificationSettings;
  change: Change;
}

/** NotificationsPage is how one hears of things: what, when, how loud, on which devices. */
export function NotificationsPage() {
  const q = useNotificationSettings();
  const m = useChangeSettings();
  const say = useToast();
  const now = q.data;
  const change: Change = (patch) => now && m.mutate({ ...now, ...patch }, { onError: (err) => say.wrong(err) });
  return (
    <>
      <Head title={t("settings.notifications")} lead={p("lead")} />
      <States of={q}>
        {now && (
          <div className="grid gap-5">
            <Matrix now={now} change={change} />
            <Desktop now={now} change={change} />
            <Sounds now={now} change={change} />
            <QuietFields now={now} change={change} />
            <Devices />
          </div>
        )}
      </States>
    </>
  );
}

const kinds: readonly NotificationKind[] = ["customer_replied", "assigned", "offered", "handed_off", "mentioned", "reopened", "unassigned_waiting", "outgoing_refused", "low_score", "issue_flagged", "report_ready"];
const ways = ["bell", "desktop", "sound", "push"] as const;
const icons: Record<(typeof ways)[number], ReactNode> = {
  bell: <Bell aria-hidden="true" />,
  desktop: <Monitor aria-hidden="true" />,
  sound: <Volume2 aria-hidden="true" />,
  push: <Smartphone aria-hidden="true" />,
};
const silent: NotificationWays = { bell: false, desktop: false, sound: false, push: false };

function Matrix({ now, change }: PartProps) {
  return (
    <Group title={p("matrix")}>
      <table className="ways">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">{p("what")}</span>
            </th>
            {ways.map((w) => (
              <th key={w} scope="col">
                <span className="ways-head" data-tip={p(`${w}Hint`)}>
                  {icons[w]}
                  {p(w)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map((k) => {
            const of = now.matrix[k] ?? silent;
            return (
              <tr key={k}>
                <th scope="row">{p(k)}</th>
                {ways.map((w) => (
                  <td key={w}>
                    <label className="ways-cell">
                      <input type="checkbox" className="check" aria-label={p("cell", { kind: p(k), way: p(w) })} checked={of[w]} onChange={(e) => change({ matrix: { ...now.matrix, [k]: { ...of, [w]: e.target.checked } } })} />
                    </label>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <Check label={p("preview")} hint={p("previewHint")} checked={now.preview} onChange={(preview) => change({ preview })} />
    </Group>
  );
}

function Desktop({ now }: PartProps) {
  const [state, setState] = useState(permission());
  const [told, setTold] = useState("");
  const ask = async () => {
    const answer = await Notification.requestPermission();
    setState(answer);
  };
  const test = () => {
    setState(permission());
    setTold(popUp(p("testTitle"), now.preview ? p("testBody") : "", "heard-test", "/settings/notifications", () => undefined) ? p("shown") : p("notShown"));
  };
  return (
    <Group title={p("desktopTitle")}>
      <p className="text-dense text-fg-2" data-permission={state}>
        {p(`permission.${state}`)}
      </p>
      {state === "default" && (
        <div>
          <button type="button" className="btn" onClick={() => void ask()}>
            <BellRing aria-hidden="true" />
            {p("ask")}
          </button>
        </div>
      )}
      {state === "granted" && (
        <div>
          <button type="button" className="btn" onClick={test}>
            <Monitor aria-hidden="true" />
            {p("showOne")}
          </button>
        </div>
      )}
      <p role="status" className="text-dense text-fg-2 empty:hidden">
        {told}
      </p>
    </Group>
  );
}

function Sounds({ now, change }: PartProps) {
  const { name, volume } = now.sound;
  const [level, setLevel] = useState(volume);
  const [told, setTold] = useState("");
  const set = (patch: Partial<NotificationSettings["sound"]>) => change({ sound: { ...now.sound, ...patch } });
  const test = async (which = name) => {
    if (level === 0) return setTold(p("mute"));
    setTold((await play(which, level)) ? p("played", { n: level }) : p("notPlayed"));
  };
  return (
    <Group title={p("soundTitle")}>
      <div className="flex flex-wrap items-center gap-3">
        <Segmented
          label={p("soundName")}
          value={name}
          options={soundNames.map((value) => ({ value, label: p(value as "chime") }))}
          onChange={(v) => {
            set({ name: v });
            void test(v);
          }}
        />
        <button type="button" className="btn" onClick={() => void test()}>
          <Play className="rtl:-scale-x-100" aria-hidden="true" />
          {p("play")}
        </button>
      </div>
      <label className="flex max-w-96 items-center gap-3 text-dense">
        <span className="flex-none font-medium">{p("volume")}</span>
        <input type="range" className="volume" min={0} max={100} step={5} value={level} aria-valuetext={p("volumeOf", { n: level })} onChange={(e) => setLevel(Number(e.target.value))} onPointerUp={() => set({ volume: level })} onKeyUp={() => set({ volume: level })} onBlur={() => level !== volume && set({ volume: level })} />
        <span className="w-12 flex-none text-end tabular-nums text-fg-2">{p("volumeOf", { n: level })}</span>
      </label>
      <p role="status" className="text-dense text-fg-2 empty:hidden">
        {told}
      </p>
      <Check label={p("repeat")} checked={now.sound.repeat_unassigned} onChange={(repeat_unassigned) => set({ repeat_unassigned })} />
    </Group>
  );
}
