import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Notification, NotificationSettings } from "../../../shared/src/wire.gen";
import { api, query } from "../api/http";
import type { Page } from "../api/types";
import { useDesk } from "../app/desk";

export type NotificationPage = Page<Notification> & { unread: number };

const LIST = ["notifications"];
const SETTINGS = ["notification settings"];

/** useNotifications is the bell, page by page. */
export function useNotifications() {
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ signal, pageParam }) => api.get<NotificationPage>(`/notifications${query({ cursor: pageParam || undefined, limit: 30 })}`, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next || undefined,
    staleTime: 0,
  });
}

export function useNotificationSettings() {
  return useQuery({ queryKey: SETTINGS, queryFn: ({ signal }) => api.get<NotificationSettings>("/me/notifications", signal), staleTime: 5 * 60_000, refetchOnWindowFocus: true });
}

/** useChangeSettings keeps what is chosen at once; what the server refuses goes back. */
export function useChangeSettings() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (next: NotificationSettings) => api.put<NotificationSettings>("/me/notifications", next),
    onMutate: (next) => {
      const before = cache.getQueryData<NotificationSettings>(SETTINGS);
      cache.setQueryData(SETTINGS, next);
      return { before };
    },
    onError: (_err, _next, was) => cache.setQueryData(SETTINGS, was?.before),
  });
}

/** useRead marks as read: here at once, then on the server, which tells the other windows. */
export function useRead() {
  const cache = useQueryClient();
  const { live } = useDesk();
  return async (marks: { ids?: string[]; through?: string; ticket?: string }) => {
    const fits = (i: Notification) => marks.ids?.includes(i.id) || (marks.ticket !== undefined && i.ticket === marks.ticket) || marks.through !== undefined;
    cache.setQueryData<{ pages: NotificationPage[]; pageParams: unknown[] }>(LIST, (all) =>
      all === undefined ? all : { ...all, pages: all.pages.map((p) => ({ ...p, items: p.items.map((i) => (fits(i) ? { ...i, read: true } : i)) })) },
    );
    const { unread } = await api.post<{ unread: number }>("/notifications/read", marks);
    live.bell.set(unread);
  };
}
