// Runs Python in Pyodide, offline: node pyodide.mjs FOLDER_OF_PYODIDE WHEEL... < program. What it prints comes out.
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [folder, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ stdout: (line) => console.log(line), stderr: (line) => console.error(line) });
for (const wheel of wheels) {
  python.unpackArchive(new Uint8Array(fs.readFileSync(wheel)).buffer, "zip", { extractDir: "/wheel" });
}
try {
  python.runPython(fs.readFileSync(0, "utf8"));
} catch (error) {
  console.error(String(error.message));
  process.exit(1);
}
