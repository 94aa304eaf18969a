import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { api, Problem } from "../api/http";
import type { TicketDetail } from "../api/types";
import { useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { why } from "../ui/basics";
import { useToast } from "../ui/toast";

/** useAnswer accepts or passes on what is offered; an offer that is over says so and goes. */
export function useAnswer() {
  const { live } = useDesk();
  const cache = useQueryClient();
  const say = useToast();
  const [, go] = useLocation();
  const [busy, setBusy] = useState("");
  const answer = useCallback(
    async (ticket: string, how: "accept" | "decline") => {
      setBusy(ticket);
      try {
        const detail = await api.post<TicketDetail>(`/tickets/${ticket}/${how}`);
        cache.setQueryData(["ticket", ticket], detail);
        live.offers.answer(ticket);
        if (how === "accept") go(`/inbox/mine/${ticket}`);
        else say(t("offers.passed"));
      } catch (err) {
        const over = err instanceof Problem && (err.status === 409 || err.status === 404);
        if (over) live.offers.answer(ticket);
        say(over ? t("offers.over") : why(err));
      } finally {
        setBusy("");
      }
    },
    [live, cache, say, go],
  );
  return { busy, answer };
}

/** useSeconds is the time, by the second, while something counts down. */
export function useSeconds(on: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!on) return;
    setNow(Date.now());
    const id = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(id);
  }, [on]);
  return now;
}
