import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/http";
import type { Id, Page } from "../api/types";
import { COUNTS, VIEWS, type SavedView, type ViewIn } from "./saved";

/** useViewActs change saved views: on screen at once, back again when the server refuses. */
export function useViewActs() {
  const cache = useQueryClient();
  const fresh = () => {
    void cache.invalidateQueries({ queryKey: VIEWS });
    void cache.invalidateQueries({ queryKey: COUNTS });
  };
  const show = (change: (views: SavedView[]) => SavedView[]) => {
    const before = cache.getQueryData<Page<SavedView>>(VIEWS);
    cache.setQueryData<Page<SavedView>>(VIEWS, (was) => ({ items: change(was?.items ?? []) }));
    return before;
  };
  const create = useMutation({ mutationFn: (v: ViewIn) => api.post<SavedView>("/views", v), onSuccess: (v) => show((all) => [...all.filter((x) => x.id !== v.id), v]), onSettled: fresh });
  const change = useMutation({ mutationFn: ({ id, ...part }: Partial<ViewIn> & { id: Id }) => api.patch<SavedView>(`/views/${id}`, part), onSettled: fresh });
  const back = (before: Page<SavedView> | undefined) => before && cache.setQueryData(VIEWS, before);
  const remove = useMutation({
    mutationFn: (id: Id) => api.delete(`/views/${id}`),
    onMutate: (id) => show((all) => all.filter((v) => v.id !== id)),
    onError: (_e, _id, before) => back(before),
    onSettled: fresh,
  });
  const order = useMutation({
    mutationFn: (ids: Id[]) => api.put("/views/order", { ids }),
    onMutate: (ids) => show((all) => ids.flatMap((id) => all.find((v) => v.id === id) ?? [])),
    onError: (_e, _ids, before) => back(before),
    onSettled: fresh,
  });
  return { create, change, remove, order };
}
