// Holds the pages of a release against axe-core, wide and as on a telephone: node check.mjs PAGE.html ...
// Needs the packages axe-core and playwright-core, and a Chromium whose path stands in CHROMIUM.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
let faults = 0;
for (const file of process.argv.slice(2)) {
  for (const width of [1280, 390]) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.goto('file://' + resolve(file));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    const told = violations.map((one) => `${one.id} (${one.nodes.length})`).join(', ');
    console.log(`${file} at ${width}: ${violations.length} violations ${told}; ${Math.max(wider, 0)} wider than the window`);
    faults += violations.length + (wider > 0 ? 1 : 0);
    await page.close();
  }
}
await browser.close();
process.exit(faults === 0 ? 0 : 1);
