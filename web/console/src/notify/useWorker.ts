import { useEffect } from "react";
import { useLocation } from "wouter";

/**
 * useWorker goes where a click on a push leads, in the console that is open already. It belongs to what is read first: the
 * worker says it once, also to a console that has only just come up.
 */
export function useWorker() {
  const [, go] = useLocation();
  useEffect(() => {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    const heard = (e: MessageEvent) => {
      const said = e.data as { type?: string; path?: string };
      if (said.type === "heard.open" && said.path?.startsWith("/")) go(said.path);
    };
    workers?.addEventListener("message", heard);
    return () => workers?.removeEventListener("message", heard);
  }, [go]);
}
