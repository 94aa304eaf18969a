import { useQuery } from "@tanstack/react-query";
import { api } from "../api/http";
import type { Page } from "../api/types";
import type { Tag } from "../../../shared/src/wire.gen";

/** useTags are the tags of the tickets that one sees; none while they have not come, since one may write them anyway. */
export function useTags(): string[] {
  const q = useQuery({ queryKey: ["tags"], queryFn: ({ signal }) => api.get<Page<Tag>>("/tags", signal), staleTime: 60_000 });
  return (q.data?.items ?? []).map((tag) => tag.name);
}

/** TagList is what a field for a tag suggests: the field names it as its list. */
export function TagList({ id, tags }: { id: string; tags: string[] }) {
  return (
    <datalist id={id}>
      {tags.map((tag) => (
        <option key={tag} value={tag} />
      ))}
    </datalist>
  );
}
