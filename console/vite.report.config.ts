import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** Puts script and style into the page itself and leaves a place for the run's data. */
function oneFile(): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const script = files.find((f) => f.type === "chunk");
      const styles = files.flatMap((f) => (f.type === "asset" && f.fileName.endsWith(".css") ? [String(f.source)] : []));
      if (script?.type !== "chunk") this.error("no script was built");
      // Everything is in one chunk: nothing is left to preload.
      const code = script.code.replaceAll("__VITE_PRELOAD__", "void 0").replaceAll("</script", "<\\/script");
      for (const f of files) Reflect.deleteProperty(bundle, f.fileName);
      const page = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>RegimeGuard report</title>',
        `<style>${styles.join("")}</style></head><body><div id="root"></div>`,
        '<script type="application/json" id="run">@RG_RUN@</script>',
        `<script type="module">${code}</script></body></html>\n`,
      ].join("\n");
      this.emitFile({ type: "asset", fileName: "report-template.html", source: page });
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), oneFile()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    emptyOutDir: false,
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: fileURLToPath(new URL("./src/report/main.tsx", import.meta.url)), output: { codeSplitting: false } },
  },
});
