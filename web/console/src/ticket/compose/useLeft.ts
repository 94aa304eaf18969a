import { useEffect, useState } from "react";

/** useLeft counts the seconds until a moment. */
export function useLeft(at: string): number {
  const left = () => Math.max(0, Math.ceil((Date.parse(at) - Date.now()) / 1000));
  const [n, setN] = useState(left);
  useEffect(() => {
    setN(left());
    const id = window.setInterval(() => setN(left()), 250);
    return () => window.clearInterval(id);
  }, [at]);
  return n;
}

/** How soon a message must go out for the bar to count down to it; later ones wait in their thread. */
export const SOON = 61_000;
