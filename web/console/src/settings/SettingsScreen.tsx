import { Bell, CalendarClock, CircleParking, Inbox, KeyRound, Scale, Smile, SlidersHorizontal, SquareSlash, UserRound, UsersRound, Webhook } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, type ReactNode } from "react";
import { Link, Redirect } from "wouter";
import { part } from "../app/soon";
import { useMay } from "../app/desk";
import { t } from "../i18n/t";
import { cx, EmptyState } from "../ui/basics";
import "../issues/issues.css";
import { NotificationsPage } from "../notify/NotificationsPage";
import { AgentsPage } from "./AgentsPage";
import { AppearancePage } from "./AppearancePage";
import { Help } from "./Help";
import { ImpactPage } from "./ImpactPage";
import { InboxesPage } from "./InboxesPage";
import { JobsPage } from "./JobsPage";
import { SchedulesPage } from "./SchedulesPage";
import { desk, mine, type Section } from "./sections";
import "./settings.css";
import { SurveysPage } from "./SurveysPage";
import { TeamsPage } from "./TeamsPage";
import { TokensPage } from "./TokensPage";
import { WebhooksPage } from "./WebhooksPage";

const MacrosPage = lazy(part(() => import("./MacrosPage")));

const icons: Record<Section, ReactNode> = {
  appearance: <SlidersHorizontal aria-hidden="true" />,
  notifications: <Bell aria-hidden="true" />,
  macros: <SquareSlash aria-hidden="true" />,
  inboxes: <Inbox aria-hidden="true" />,
  teams: <UsersRound aria-hidden="true" />,
  agents: <UserRound aria-hidden="true" />,
  schedules: <CalendarClock aria-hidden="true" />,
  impact: <Scale aria-hidden="true" />,
  surveys: <Smile aria-hidden="true" />,
  tokens: <KeyRound aria-hidden="true" />,
  webhooks: <Webhook aria-hidden="true" />,
  jobs: <CircleParking aria-hidden="true" />,
};

export default function SettingsScreen({ section, id }: { section?: string | undefined; id?: string | undefined }) {
  const may = useMay();
  const nav = useRef<HTMLElement>(null);
  const open: readonly Section[] = may.settings ? [...mine, ...desk] : mine;
  const here = open.find((s) => s === section);
  useEffect(() => {
    document.title = `${t(here ? `settings.${here}` : "nav.settings")} · Heard`;
  }, [here]);
  // On a phone the sections are a strip that scrolls.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [here]);
  if (section && desk.some((s) => s === section) && !may.settings) return <EmptyState title={t("settings.adminsOnly")} />;
  if (!here) return <Redirect to={may.settings ? "/settings/inboxes" : "/settings/appearance"} replace />;
  return (
    <div className="settings">
      <nav ref={nav} className="settings-nav scroll" aria-label={t("nav.settings")}>
        <h1 className="settings-title">{t("nav.settings")}</h1>
        <Part title={t("settings.mine")} of={mine} here={here} />
        {may.settings && <Part title={t("settings.desk")} of={desk} here={here} />}
      </nav>
      <div className="page scroll settings-page">
        {here === "appearance" && <AppearancePage />}
        {here === "notifications" && <NotificationsPage />}
        {here === "macros" && (
          <Suspense>
            <MacrosPage id={id} />
          </Suspense>
        )}
        {here === "inboxes" && <InboxesPage id={id} />}
        {here === "teams" && <TeamsPage id={id} />}
        {here === "agents" && <AgentsPage id={id} />}
        {here === "schedules" && <SchedulesPage id={id} />}
        {here === "impact" && <ImpactPage />}
        {here === "surveys" && <SurveysPage id={id} />}
        {here === "tokens" && <TokensPage />}
        {here === "webhooks" && <WebhooksPage id={id} />}
        {here === "jobs" && <JobsPage />}
        {!(here === "inboxes" && id) && <Help section={here} />}
      </div>
    </div>
  );
}

function Part({ title, of, here }: { title: string; of: readonly Section[]; here: Section }) {
  return (
    <>
      <h2 className="settings-part">{title}</h2>
      <ul>
        {of.map((s) => (
          <li key={s}>
            <Link href={`/settings/${s}`} className={cx("view-item", s === here && "view-here")} aria-current={s === here ? "page" : undefined}>
              {icons[s]}
              {t(`settings.${s}`)}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
