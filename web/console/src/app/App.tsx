import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, memo, Suspense, useEffect, useMemo } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { part } from "./soon";
import { api, Problem, SIGNED_OUT } from "../api/http";
import type { Me } from "../api/types";
import { InboxScreen } from "../inbox/InboxScreen";
import { Live } from "../live/live";
import { ErrorState, Loading, Skeleton } from "../ui/basics";
import { DeskContext } from "./desk";
import { PreferencesProvider } from "./preferences";
import { Shell } from "./Shell";
import { storage } from "./storage";

const SignIn = lazy(part(() => import("../auth/SignIn")));
const Join = lazy(part(() => import("../auth/Join")));
const CustomersScreen = lazy(part(() => import("../customers/CustomersScreen")));
const IssuesScreen = lazy(part(() => import("../issues/IssuesScreen")));
const IssueScreen = lazy(part(() => import("../issues/IssueScreen")));
const ReportsScreen = lazy(part(() => import("../reports/ReportsScreen")));
const FollowUpsScreen = lazy(part(() => import("../surveys/FollowUpsScreen")));
const SettingsScreen = lazy(part(() => import("../settings/SettingsScreen")));
const SetupGuide = lazy(part(() => import("../settings/SetupGuide")));
const Gallery = lazy(part(() => import("../gallery/Gallery")));

export function App() {
  const [path] = useLocation();
  return <Suspense fallback={<Blank />}>{path === "/join" ? <Join /> : <SignedIn />}</Suspense>;
}

/** Who is signed in. It is asked for before anything is drawn, and an answer of no is an answer. */
export const whoIsIn = { queryKey: ["me"], queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Me>("/me", signal), staleTime: Infinity, retryOnMount: false };

/** It hears of no address: what stands around the screens is not drawn anew when one of them follows another. */
const SignedIn = memo(function SignedIn() {
  const cache = useQueryClient();
  const me = useQuery(whoIsIn);
  useEffect(() => {
    const out = () => {
      cache.removeQueries({ predicate: (q) => q.queryKey[0] !== "me" });
      void cache.resetQueries({ queryKey: ["me"] });
    };
    window.addEventListener(SIGNED_OUT, out);
    return () => window.removeEventListener(SIGNED_OUT, out);
  }, [cache]);
  if (me.data) return <Console key={me.data.agent.id} me={me.data} />;
  if (me.error instanceof Problem && me.error.status === 401) return <SignIn />;
  if (me.error) {
    return (
      <main className="mx-auto max-w-lg pt-24">
        <ErrorState error={me.error} retry={() => void me.refetch()} />
      </main>
    );
  }
  return <Blank />;
});

function Console({ me }: { me: Me }) {
  const live = useLiveConnection(me);
  const desk = useMemo(() => ({ me, live }), [me, live]);
  return (
    <DeskContext value={desk}>
      <PreferencesProvider agent={me.agent.id}>
        <Shell>
          <Suspense fallback={<ScreenSkeleton />}>
            <Switch>
              <Route path="/inbox/:view/:id?">{(p) => <InboxScreen view={p.view} id={p.id} />}</Route>
              <Route path="/tickets/:id?">{(p) => <InboxScreen id={p.id} />}</Route>
              <Route path="/customers/:id?">{(p) => <CustomersScreen id={p.id} />}</Route>
              <Route path="/issues" component={IssuesScreen} />
              <Route path="/issues/:id">{(p) => <IssueScreen key={p.id} id={p.id} />}</Route>
              <Route path="/reports/:page?">{(p) => <ReportsScreen page={p.page} />}</Route>
              <Route path="/follow-ups" component={FollowUpsScreen} />
              <Route path="/settings/:section?/:id?">{(p) => <SettingsScreen section={p.section} id={p.id} />}</Route>
              <Route path="/setup" component={SetupGuide} />
              <Route path="/gallery" component={Gallery} />
              <Route>
                <Redirect to="/inbox/mine" replace />
              </Route>
            </Switch>
          </Suspense>
        </Shell>
      </PreferencesProvider>
    </DeskContext>
  );
}

const RELOADED = "heard.reloaded";
const RELOAD_AGAIN_AFTER = 60_000;

/** reload starts the page anew because the server's log is another one; never in a loop. */
function reload() {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last < RELOAD_AGAIN_AFTER) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}

function useLiveConnection(me: Me): Live {
  const live = useMemo(() => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return new Live({
      me,
      shelf: storage,
      url: `${scheme}://${location.host}/ws/console`,
      onEpoch: reload,
      onSignedOut: () => window.dispatchEvent(new Event(SIGNED_OUT)),
    });
    // One connection for one person: a refetched `me` must not open another.
  }, [me.agent.id]);
  useEffect(() => {
    live.start();
    const back = () => document.visibilityState === "visible" && live.socket.now();
    window.addEventListener("online", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      window.removeEventListener("online", back);
      document.removeEventListener("visibilitychange", back);
      live.stop();
    };
  }, [live]);
  return live;
}

function Blank() {
  return <div className="h-full bg-canvas" />;
}

function ScreenSkeleton() {
  return (
    <div className="p-6">
      <Loading>
        <Skeleton className="mb-6 h-8 w-60" />
        <Skeleton className="h-64" />
      </Loading>
    </div>
  );
}
