/** One refused or failed request, as the server told it or as the network let us see it. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Record<string, string>;
  readonly retryAfter: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>, retryAfter = 0) {
    super(typeof body.detail === "string" && body.detail !== "" ? body.detail : String(body.title ?? "request failed"));
    this.status = status;
    this.code = typeof body.code === "string" ? body.code : status === 0 ? "offline" : "unknown";
    this.body = body;
    this.retryAfter = retryAfter;
    this.fields = {};
    if (Array.isArray(body.errors)) {
      for (const e of body.errors as { field?: string; detail?: string }[]) {
        if (e.field) this.fields[e.field] = e.detail ?? "";
      }
    }
  }
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The window event that tells the app that the server no longer knows our session. */
export const SIGNED_OUT = "heard:signed-out";

/** What src/first.js asked for before this program was there; each answer is taken once. */
function asked(method: Method, path: string): Promise<Response> | undefined {
  const all = (window as { heardAsked?: Record<string, Promise<Response>> }).heardAsked;
  const answer = method === "GET" ? all?.[path] : undefined;
  if (answer) delete all?.[path];
  return answer;
}

/** call makes one request and answers its JSON, or throws a Problem. */
export async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let res: Response;
  try {
    const early = await asked(method, path)?.catch(() => undefined);
    res = early ?? await fetch(`/api/v1${path}`, {
      method,
      signal,
      credentials: "same-origin",
      headers: body === undefined ? { Accept: "application/json" } : { Accept: "application/json", "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (err) {
    if (signal?.aborted) throw err;
    throw new Problem(0, { code: "offline", detail: "" });
  }
  const text = await res.text();
  const parsed = parse(text);
  if (!res.ok) {
    const problem = new Problem(res.status, parsed ?? { title: res.statusText }, Number(res.headers.get("Retry-After") ?? 0));
    if (res.status === 401 && !asksWhoIAm(path)) window.dispatchEvent(new Event(SIGNED_OUT));
    throw problem;
  }
  return parsed as T;
}

/** On these paths 401 is an answer, not news. */
function asksWhoIAm(path: string): boolean {
  return path === "/me" || path === "/me/password" || path.startsWith("/session") || path.startsWith("/invitations");
}

function parse(text: string): Record<string, unknown> | undefined {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

export const api = {
  get: <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, undefined, signal),
  post: <T>(path: string, body?: unknown) => call<T>("POST", path, body ?? {}),
  put: <T>(path: string, body: unknown) => call<T>("PUT", path, body),
  patch: <T>(path: string, body: unknown) => call<T>("PATCH", path, body),
  delete: <T>(path: string) => call<T>("DELETE", path),
};

/** query builds a query string from what is set. */
export function query(params: Record<string, string | number | undefined | null>): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(params)) if (v !== undefined && v !== null && v !== "") q.set(k, String(v));
  const s = q.toString();
  return s === "" ? "" : `?${s}`;
}
