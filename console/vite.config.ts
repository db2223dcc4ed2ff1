import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// Relative base: the console must work under a sub-path and behind a reverse proxy.
export default defineConfig({
  base: "./",
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // Preloading would need an inline script, which the content policy forbids.
  build: { outDir: "dist", assetsInlineLimit: 0, sourcemap: false, modulePreload: false },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } } },
});
