/** The tab says how much is unread: in its title, whoever writes that, and by a dot on its icon. */
const prefix = /^\(\d+\+?\) /;

export function titled(title: string, unread: number): string {
  const bare = title.replace(prefix, "");
  return unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${bare}` : bare;
}

/** showUnread keeps title and icon true until the returned function is called. */
export function showUnread(unread: number): () => void {
  const head = document.head;
  const set = () => {
    const title = titled(document.title, unread);
    if (title !== document.title) document.title = title;
  };
  const seen = new MutationObserver(set);
  seen.observe(head, { childList: true, subtree: true, characterData: true });
  set();
  const undot = unread > 0 ? dot() : () => {};
  return () => {
    seen.disconnect();
    undot();
  };
}

const dotted =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3a50d6"/><path d="M9 8v16M23 8v16M9 16h3.5l2-4 3 8 2-4H23" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/><circle cx="25" cy="7" r="7" fill="#fff"/><circle cx="25" cy="7" r="5" fill="#b4232f"/></svg>';

function dot(): () => void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const was = icon?.href;
  if (!icon || !was || was.startsWith("data:")) return () => {};
  icon.href = `data:image/svg+xml,${encodeURIComponent(dotted)}`;
  return () => {
    icon.href = was;
  };
}
