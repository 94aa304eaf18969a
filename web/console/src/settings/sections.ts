/** What is one's own, and what is the desk's: the latter for admins only. */
export const mine = ["appearance", "notifications", "macros"] as const;
export const desk = ["inboxes", "teams", "agents", "schedules", "impact", "surveys", "tokens", "webhooks", "jobs"] as const;
export type Section = (typeof mine)[number] | (typeof desk)[number];
