import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { clean, first, sizeGate } from "./build/shell.ts";

const root = import.meta.dirname;
const out = resolve(process.env.HEARD_DIST_OUT ?? resolve(root, "../dist"));

export default defineConfig({
  root,
  plugins: [react(), tailwindcss(), first(root), clean(out), sizeGate()],
  build: {
    outDir: out,
    emptyOutDir: false,
    assetsDir: "assets/console",
    assetsInlineLimit: 0,
    target: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: resolve(root, "console.html"),
      output: {
        // What the first screen needs comes in a few files of like size, at once; a file for each shared icon would queue.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
            {
              name: "base",
              tags: ["$initial"],
              test: /node_modules\/(lucide-react|@tanstack|wouter|virtua)\/|console\/src\/(i18n|api|live|keys)\/|src\/(ui\/basics|app\/desk|inbox\/words)\./,
            },
            { name: "icons", test: /node_modules\/lucide-react\//, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": process.env.HEARD_SERVER ?? "http://127.0.0.1:8080",
      "/ws": { target: process.env.HEARD_SERVER ?? "http://127.0.0.1:8080", ws: true },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["test/**/*.test.{ts,tsx}"],
  },
});
