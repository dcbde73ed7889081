// node lab.mjs CHROMIUM URL TOKEN [--shots FOLDER] ACTION…
// Works in a real JupyterLab as a person does, and prints one JSON list: what each action saw. Actions, as JSON:
//   {"open": "a.ipynb"}                 opens a notebook as it is saved: what its outputs show, untrusted
//   {"run": "a.ipynb"}                  opens it, chooses Run All, waits until every cell is done
//   {"run": …, "replace": ["GM9901", "GM9902"]}   types another value in the cell with parameters first
//   {"open" or "run": …, "width": 320, "dark": true}   on a narrow screen, in the dark theme
//   {"export": "a.ipynb", "label": …}   opens it and clicks File > Save and Export Notebook As > label
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const [executable, url, token, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest.splice(0, 2)[1] : null;

function outputs() {
  const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
  const areas = [...panel.querySelectorAll(".jp-OutputArea-output")];
  const images = areas.flatMap((area) => [...area.querySelectorAll("img")]);
  const cells = areas.flatMap((area) => [...area.querySelectorAll("td, th")]);
  const aligned = (side) => cells.filter((cell) => getComputedStyle(cell).textAlign === side).length;
  return {
    images: images.map((image) => ({ width: image.naturalWidth, shown: image.clientWidth, alt: image.alt })),
    errors: [...panel.querySelectorAll('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]')].map((node) => node.textContent),
    text: areas.map((area) => area.textContent).join("\n"),
    left: aligned("left"),
    right: aligned("right"),
    marked: window.__x !== undefined,
  };
}

async function open(page, name) {
  await page.goto(`${url}/lab/tree/${name}?reset&token=${token}`);
  await page.waitForSelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", { timeout: 60000 });
  await page.waitForFunction(
    () => !document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Spinner"), null, { timeout: 60000 },
  );
  await page.waitForTimeout(1500);
}

async function whole(page) {
  // a notebook draws the cells in view only: scroll through it once
  const height = await page.evaluate(() => document.querySelector(".jp-WindowedPanel-outer")?.scrollHeight ?? 0);
  for (let top = 0; top <= height; top += 600) {
    await page.evaluate((to) => document.querySelector(".jp-WindowedPanel-outer")?.scrollTo(0, to), top);
    await page.waitForTimeout(60);
  }
}

async function idle(page) {
  await page.waitForFunction(() => {
    const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const prompts = [...panel.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((node) => node.textContent);
    return prompts.length > 0 && prompts.some((text) => /\d/.test(text)) && !prompts.some((text) => text.includes("*"));
  }, null, { timeout: 120000, polling: 500 });
}

async function retype(page, [old, next]) {
  // a double click in the editor chooses the word, as it does for a person
  await page.locator(`.jp-CodeCell .cm-line:has-text("${old}") span:text-is('"${old}"')`).first().dblclick();
  await page.keyboard.type(next);
}

async function endKernels(page) {
  const sessions = await (await page.request.get(`${url}/api/sessions?token=${token}`)).json();
  for (const { id } of sessions) await page.request.delete(`${url}/api/sessions/${id}?token=${token}`);
}

async function menu(page, ...labels) {
  await page.click(`.lm-MenuBar-item:has-text("${labels[0]}")`);
  for (const [position, label] of labels.slice(1).entries()) {
    const item = page.locator(`.lm-Menu-item:has(.lm-Menu-itemLabel:text-is("${label}"))`).last();
    if (position + 2 < labels.length) await item.hover(); else await item.click();
    await page.waitForTimeout(400);
  }
}

async function act(page, action, name) {
  const file = action.open ?? action.run ?? action.export;
  if (action.dark) await page.emulateMedia({ colorScheme: "dark" });
  if (action.width) await page.setViewportSize({ width: action.width, height: 1400 });
  await open(page, file);
  if (action.replace) await retype(page, action.replace);
  let saved = null;
  if (action.run) {
    await menu(page, "Run", "Run All Cells");
    await idle(page);
  }
  if (action.export) {
    const popup = page.context().waitForEvent("page", { timeout: 30000 });
    const download = page.waitForEvent("download", { timeout: 30000 });
    await menu(page, "File", "Save and Export Notebook As", action.label);
    saved = await Promise.any([
      download.then((file) => ({ name: file.suggestedFilename() })),
      popup.then(async (opened) => ({ url: opened.url().replace(token, "TOKEN") })),
    ]);
  }
  await whole(page);
  const seen = await page.evaluate(outputs);
  if (action.run) await endKernels(page);
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  return { ...action, saved, ...seen };
}

const folder = mkdtempSync(join(tmpdir(), "lab-"));
const browser = await chromium.launchPersistentContext(folder, {
  executablePath: executable, args: FLAGS, viewport: { width: 1300, height: 1400 }, acceptDownloads: true,
});
const requests = new Set();
browser.on("request", (request) => {
  if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(url)) requests.add(request.url());
});
const results = [];
try {
  for (const [number, text] of rest.entries()) {
    const page = await browser.newPage();
    results.push(await act(page, JSON.parse(text), `${number}`));
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ results, requests: [...requests] }));
