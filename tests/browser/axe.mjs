// node axe.mjs CHROMIUM [--shots FOLDER] FILE…
// Opens each file in a fresh browser and prints one JSON list: per file what axe-core finds (wide, with all details
// open, and at 320 px), what HTML_CodeSniffer calls an error of WCAG 2 AA, what the page asked of the network, what it
// executed, what is wider than a 320 px screen, and whether the tables in closed details are there in print.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const source = (path) => readFileSync(createRequire(import.meta.url).resolve(path), "utf-8");
const axeSource = source("axe-core/axe.min.js");
const snifferSource = source("html_codesniffer/build/HTMLCS.js");

async function violations(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return result.violations.map((one) => ({ id: one.id, nodes: one.nodes.map((node) => node.html.slice(0, 160)) }));
}

async function sniffed(page) {
  await page.evaluate(snifferSource);
  return page.evaluate(() => new Promise((done) => {
    const { HTMLCS } = window;
    HTMLCS.process("WCAG2AA", document, () => done(
      HTMLCS.getMessages()
        .filter((one) => one.type === HTMLCS.ERROR)
        .map((one) => ({ id: one.code, node: one.element.outerHTML?.slice(0, 160) })),
    ));
  }));
}

function tooWide() {
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= limit) return [];
  const inScroller = (element) => element.parentElement?.closest(".scroll");
  return [...document.body.querySelectorAll("*")]
    .filter((element) => !inScroller(element) && element.getBoundingClientRect().right > limit + 1)
    .map((element) => element.outerHTML.slice(0, 120));
}

function hiddenTables() {
  return [...document.querySelectorAll("details table")].filter((table) => !table.checkVisibility()).length;
}

function loadedFonts() {
  const loaded = [...document.fonts].filter((face) => face.status === "loaded");
  return [...new Set(loaded.map((face) => face.family.replaceAll('"', "")))];
}

async function examine(page, file, shots) {
  const requests = [], dialogs = [];
  const url = pathToFileURL(resolve(file)).href;
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) requests.push(request.url());
  });
  page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  const shoot = async (name) => {
    if (shots) await page.screenshot({ path: join(shots, `${basename(file)}-${name}.png`), fullPage: true });
  };

  await page.setViewportSize({ width: 1200, height: 900 });
  await page.goto(url);
  await page.evaluate(() => document.fonts.ready);
  const fonts = await page.evaluate(loadedFonts);
  const executed = await page.evaluate(() => window.__x !== undefined);
  await shoot("desktop");
  const wide = await violations(page);
  const hiddenOnScreen = await page.evaluate(hiddenTables);
  await page.emulateMedia({ media: "print" });
  const hiddenInPrint = await page.evaluate(hiddenTables);
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  const open = await violations(page);
  const codesniffer = await sniffed(page);
  await page.setViewportSize({ width: 320, height: 700 });
  const overflow = await page.evaluate(tooWide);
  const narrow = await violations(page);
  await shoot("mobile");
  const violationsFound = { wide, open, narrow };
  const seen = { requests, dialogs, executed, overflow, hiddenOnScreen, hiddenInPrint, fonts };
  return { file, violations: violationsFound, codesniffer, ...seen };
}

async function main([executablePath, ...rest]) {
  const shots = rest[0] === "--shots" ? rest.splice(0, 2)[1] : null;
  const profile = mkdtempSync(join(tmpdir(), "toptaak-browser-"));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: FLAGS });
  try {
    const found = [];
    for (const file of rest) {
      const page = await context.newPage();
      found.push(await examine(page, file, shots));
      await page.close();
    }
    console.log(JSON.stringify(found));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
