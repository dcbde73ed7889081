#!/bin/sh
# NL Design System: four municipalities' token packages on npm are themes of one system, yet one of them shares no name with the others.
#   @utrecht/design-tokens 5.0.1, @gemeente-denhaag/design-tokens-components 4.1.0, @gemeente-rotterdam/design-tokens 1.0.0-alpha.51,
#   @amsterdam/design-system-tokens 4.4.0
# Expected: the same CSS custom properties in each, with other values, so that one page takes any of the four themes.
# Seen: the 1,326 names of Amsterdam all begin with --ams- and not one occurs in another package; the other three share 170 names.
# What it means: a page that is to wear any municipality's house style needs a table from its own names to each package's.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @utrecht/design-tokens@5.0.1 @gemeente-denhaag/design-tokens-components@4.1.0 \
    @gemeente-rotterdam/design-tokens@1.0.0-alpha.51 @amsterdam/design-system-tokens@4.4.0
cat > names.mjs <<'JS'
import fs from "fs";

const files = {
  utrecht: "@utrecht/design-tokens/dist/theme.css",
  denhaag: "@gemeente-denhaag/design-tokens-components/dist/theme/index.css",
  rotterdam: "@gemeente-rotterdam/design-tokens/dist/theme.css",
  amsterdam: "@amsterdam/design-system-tokens/dist/index.theme.css",
};
const names = {};
for (const [town, file] of Object.entries(files)) {
  const text = fs.readFileSync(`node_modules/${file}`, "utf8");
  names[town] = new Set([...text.matchAll(/^\s*(--[\w-]+)\s*:/gm)].map((match) => match[1]));
}
const others = [...names.utrecht, ...names.denhaag, ...names.rotterdam];
const shared = others.filter((name) => names.amsterdam.has(name)).length;
const three = [...names.utrecht].filter((name) => names.denhaag.has(name) && names.rotterdam.has(name));
for (const [town, set] of Object.entries(names)) console.log(town, set.size, "names");
console.log("of Amsterdam's names in another package:", shared, "· in the other three alike:", three.length);
process.exit(shared === 0 && names.amsterdam.size === 1326 && three.length === 170 ? 0 : 1);
JS
node names.mjs
