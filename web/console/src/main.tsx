import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { startTransition, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";
import { Problem } from "./api/http";
import { App, whoIsIn } from "./app/App";
import { Keyboard } from "./keys/registry";
import { KeyboardContext } from "./keys/useKeys";
import { Tips } from "./ui/tips";
import { Toasts } from "./ui/toast";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, err) => err instanceof Problem && (err.status === 0 || err.status >= 500) && count < 2,
    },
  },
});

const keyboard = new Keyboard();
document.addEventListener("keydown", (e) => keyboard.press(e));

/** start draws over the page's frame once it is known who is here, in slices: a slow machine stays quick to the touch. */
async function start(root: HTMLElement) {
  if (location.pathname !== "/join") await queries.prefetchQuery(whoIsIn);
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <KeyboardContext value={keyboard}>
            <Toasts>
              <App />
            </Toasts>
            <Tips />
          </KeyboardContext>
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}

const root = document.getElementById("root");
if (root) void start(root);
