// node colours.mjs CHROMIUM FILE CLASS NAME…
// Opens a style sheet on an element with a class and prints what the browser makes of each custom property as a colour,
// as one JSON list of "rgb(…)" texts; "" where it is no colour.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [program, file, className, ...names] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "colours-"));
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const browser = await chromium.launchPersistentContext(profile, { executablePath: program, headless: true, args });
try {
  const page = await browser.newPage();
  await page.setContent(`<html class="${className}"><body class="${className}"><p></p></body></html>`);
  await page.addStyleTag({ content: readFileSync(file, "utf-8") });
  const seen = await page.evaluate((wanted) => wanted.map((name) => {
    const paragraph = document.querySelector("p");
    const value = getComputedStyle(paragraph).getPropertyValue(name).trim();
    if (!value || !CSS.supports("color", value)) return "";
    paragraph.style.color = value;
    return getComputedStyle(paragraph).color;
  }), names);
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
