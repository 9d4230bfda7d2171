// Anybody verifies: the pages in every state, and what is sent before anybody says so.
import { chromium } from "playwright-core";
import { faults, open, picture, tell } from "./browser.mjs";

await tell(async ({ origin, reference, files }) => {
  const [found, wide, compared, titles, pairs] = [[], [], {}, {}, {}];
  const { browser, page, complaints } = await open();
  let uploads = 0;
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === "POST" && pathname === "/verify") uploads += 1;
  });
  const looked = async (name) => {
    for (const scheme of ["light", "dark"]) {
      for (const width of [1000, 320]) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height: 900 });
        const at = `${name}-${scheme}-${width}`;
        found.push(...(await faults(page)).map((one) => `${at} ${one}`));
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (beyond > 0) wide.push(`${at} by ${beyond}`);
        await picture(page, `verify-${at}`);
      }
    }
    await page.setViewportSize({ width: 1000, height: 900 });
  };
  // How many pages stand so that the second picture is beside the first, or below it; each is there, and wide.
  const together = async (width, where) => {
    await page.setViewportSize({ width, height: 900 });
    return page.evaluate((where) => [...document.querySelectorAll(".pair")].filter((pair) => {
      const [one, other] = [...pair.querySelectorAll("svg")].map((svg) => svg.getBoundingClientRect());
      const [image] = pair.querySelectorAll("image");
      if (!other || image.getBoundingClientRect().width < 250) return false;
      return where === "beside" ? other.left >= one.right && other.top === one.top : other.top >= one.bottom;
    }).length, where);
  };
  for (const language of ["da", "en"]) {
    await page.goto(`${origin}/verify?lang=${language}`);
    await looked(`ask-${language}`);
    await page.goto(`${origin}/verify/${reference}?lang=${language}`);
    await looked(`code-${language}`);
    await page.goto(`${origin}/verify/0000000000000000?lang=${language}`);
    await looked(`unknown-${language}`);
  }
  for (const { name, path } of files.slice(0, 3)) {
    await page.goto(`${origin}/verify`);
    await page.setInputFiles("#document", path);
    await page.waitForFunction(() => {
      const said = document.querySelector(".compared");
      const waiting = document.querySelector("form").dataset.comparing;
      return !said.hidden && said.textContent !== waiting;
    });
    compared[name] = await page.textContent(".compared");
    await looked(`compared-${name}`);
  }
  const before = uploads;
  for (const { name, path } of files) {
    // Three of them in a second are too many for nobody.
    await page.goto(`${origin}/verify`);
    await page.setInputFiles("#document", path);
    await page.click("button.first");
    await page.waitForURL(`${origin}/verify`);
    await page.waitForSelector(".verdict h1");
    titles[name] = await page.textContent("h1");
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    await looked(`verdict-${name}`);
    pairs[name] = [await together(1000, "beside"), await together(320, "below")];
    if (name === "genuine") {
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = false; }));
      await looked("verdict-genuine-closed");
    }
  }
  await browser.close();

  const without = await chromium.launch({
    executablePath: process.env.SEGL_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"],
  });
  const scriptlessPage = await (await without.newContext({ javaScriptEnabled: false, locale: "en-GB" })).newPage();
  await scriptlessPage.goto(`${origin}/verify`);
  await scriptlessPage.setInputFiles("#document", files[0].path);
  await scriptlessPage.click("button.first");
  await scriptlessPage.waitForSelector(".verdict h1");
  const scriptless = await scriptlessPage.textContent("h1");
  await without.close();
  return { complaints, found, wide, compared, titles, pairs, uploads: before, scriptless };
});
