import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";
import { Problem } from "./api/http";
import { App } from "./app/App";
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

const root = document.getElementById("root");
if (root) {
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
  );
}
