// From the printed link to a second profile, its grants, a mandate of three and a key; and what an auditor may.
import { authenticator, faults, open, picture, tell } from "./browser.mjs";

const found = [];

/** Holds a page against what every page must be. */
async function looked(page, name) {
  found.push(...(await faults(page)).map((one) => `${name} ${one}`));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) found.push(`${name} is ${wide} pixels wider than its window`);
  await picture(page, `administration-${name}`);
}

/** What stands in the rows of the page's tables. */
const rows = (page) => page.locator("main table.rows tbody tr").evaluateAll((all) =>
  all.map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join(" | ")));

/** Sends the form that is shown, looks at what would change, and has it done. */
async function done(page, name, next) {
  await page.click("main form .first");
  await page.waitForLoadState();
  await looked(page, `${name}-confirm`);
  const changes = await rows(page);
  await page.click("main form .first");
  await page.waitForURL(next);
  return changes;
}

/** Lets somebody in by a link. */
async function admitted(link, locale, width, more) {
  const one = await open(locale, width, more);
  await authenticator(one.page);
  await one.page.goto(link);
  await one.page.fill("#name", "The laptop");
  await one.page.click("button.first");
  await one.page.waitForURL("**/me");
  return one;
}

/** Enters a person, and answers the link that is shown once. */
async function invited(page, origin, given, family) {
  await page.goto(`${origin}/administration/new-person`);
  await page.fill("#given_name", given);
  await page.fill("#family_name", family);
  await page.fill("#email", "person@example.com");
  await done(page, "person", "**/invitation");
  await looked(page, "invite");
  const ways = await page.locator("#by option").evaluateAll((all) => all.map((one) => one.value));
  if (ways.join() !== "shown,letter") throw new Error(`ways of a link: ${ways}`);
  const person = new URL(page.url()).pathname.split("/")[3];
  await page.click("main form .first");
  await page.waitForSelector("#secret");
  await looked(page, "link");
  return { person, link: await page.inputValue("#secret") };
}

await tell(async ({ link, origin, document }) => {
  const pdf = Buffer.from(document, "base64");
  const karen = await open("en-GB", 1280);
  const { page } = karen;
  await authenticator(page);
  await page.goto(link);
  await page.fill("#given_name", "Karen");
  await page.fill("#family_name", "Ørsted");
  await page.fill("#name", "The laptop");
  await page.click("button.first");
  await page.waitForURL("**/me");
  await page.click('nav.places a[href="/administration"]');
  await page.waitForURL("**/administration");
  await looked(page, "overview-fresh");

  // Two profiles; the name of the first one is spoilt at first.
  await page.goto(`${origin}/administration/new-profile`);
  await looked(page, "new-profile");
  await page.fill("#id", "Not a Name");
  await page.fill("#display_name", "Letters");
  await page.click("main form .first");
  await page.waitForSelector("#id-error");
  await looked(page, "profile-refused");
  const beside = await page.getAttribute("#id", "aria-describedby");
  await page.fill("#id", "letters");
  await done(page, "profile", "**/profiles/letters");
  await page.goto(`${origin}/administration/new-profile`);
  await page.fill("#id", "permits");
  await page.fill("#display_name", "Permits");
  const shown = await done(page, "second-profile", "**/profiles/permits");

  // Another version of it: only what changes is shown.
  await page.click('a[href$="/permits/version"]');
  await page.fill("#display_name", "Building permits");
  await page.uncheck('input[name=levels][value="B-B"]');
  const changed = await done(page, "version", "**/profiles/permits");
  await looked(page, "profile");
  const history = await rows(page);

  // Somebody who may sign and seal with it.
  const mads = await invited(page, origin, "Mads", "Bæk");
  const phone = await admitted(mads.link, "da-DK", 390, { colorScheme: "dark" });
  await page.goto(`${origin}/administration/new-grant`);
  await page.selectOption("#person", mads.person);
  await page.check('input[name=acts][value="seal"]');
  await page.check('input[name=profiles][value="permits"]');
  const granted = await done(page, "grant", "**/grants");
  await looked(page, "grants");

  // An application and its key, where scripts are off, and with the keyboard alone.
  const { cookies } = await karen.context.storageState();
  const quiet = await karen.browser.newContext({ javaScriptEnabled: false, locale: "en-GB", viewport: { width: 320, height: 700 } });
  await quiet.addCookies(cookies);
  const still = await quiet.newPage();
  await still.goto(`${origin}/administration/new-application`);
  await still.focus("#id");
  await still.keyboard.type("archive");
  await still.keyboard.press("Tab");
  await still.keyboard.type("The archive");
  await still.keyboard.press("Enter");
  await still.waitForSelector('input[name=confirmed]', { state: "attached" });
  await picture(still, "administration-application-narrow");
  await still.focus("main form .first");
  await still.keyboard.press("Enter");
  await still.waitForURL("**/applications/archive");
  await still.click('a[href$="/new-key"]');
  await still.fill("#display_name", "The first");
  await still.click("main form .first");
  await still.click("main form .first");
  const key = await still.inputValue("#secret");
  await picture(still, "administration-key-narrow");
  await quiet.close();
  const again = await page.goto(`${origin}/administration/applications/archive`);
  const keyShownAgain = (await again.text()).includes(key);
  await looked(page, "application");

  // An OAuth client of it: what is wrong is said at the field, and the secret is shown once.
  const archive = `${origin}/administration/applications/archive`;
  await page.goto(`${archive}/new-client`);
  await looked(page, "new-client");
  await page.fill("#display_name", "The robot");
  await page.fill("#redirect_uris", "http://example.org/");
  await page.click("main form .first");
  await page.waitForSelector("#redirect_uris-error");
  await looked(page, "client-refused");
  await page.fill("#redirect_uris", "");
  await page.click("main form .first");
  await page.waitForSelector("input[name=confirmed]", { state: "attached" });
  const client = { shown: await rows(page) };
  await page.click("main form .first");
  await page.waitForSelector("#secret");
  await looked(page, "client");
  const secret = await page.inputValue("#secret");
  const clientId = (await page.textContent("main dl dd")).trim();
  const token = async () => {
    const basic = Buffer.from(`${clientId}:${secret}`).toString("base64");
    const headers = { Authorization: `Basic ${basic}` };
    const body = new URLSearchParams({ grant_type: "client_credentials", scope: "service" });
    return (await fetch(`${origin}/oauth2/token`, { method: "POST", headers, body })).status;
  };
  client.before = await token();
  client.shownAgain = (await (await page.goto(archive)).text()).includes(secret);
  await page.click(`a[href$="/clients/${clientId}/revocation"]`);
  await looked(page, "client-revocation");
  await page.click("main form .first");
  await page.waitForURL("**/applications/archive");
  await looked(page, "client-revoked");
  client.after = await token();

  // A mandate of three.
  const seal = async () => {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/pdf" };
    const answer = await fetch(`${origin}/v1/seals?profile=permits`, { method: "POST", headers, body: pdf });
    return { status: answer.status, problem: answer.ok ? null : await answer.json() };
  };
  const mandate = async (most, name) => {
    await page.goto(`${origin}/administration/new-mandate`);
    await page.selectOption("#application", "archive");
    if (most) await page.fill("#maximum_seals", most);
    else await page.check("#no_limit");
    await page.check('input[name=profiles][value="permits"]');
    await page.fill("#note", "The archive's permits");
    await done(page, name, /mandates\/[0-9a-f]{32}$/);
    return page.url().split("/").at(-1);
  };
  const without = await seal();
  const three = await mandate("3", "mandate");
  const seals = [await seal(), await seal(), await seal(), await seal()];
  await page.goto(`${origin}/administration/mandates/${three}`);
  await looked(page, "mandate");
  const spent = await page.textContent("main dl");
  await page.goto(`${origin}/administration`);
  await looked(page, "overview");

  // What is revoked counts for the next one.
  const more = await mandate("", "unlimited");
  const before = await seal();
  await page.goto(`${origin}/administration/mandates`);
  await looked(page, "mandates");
  await page.click(`a[href$="/${more}/revocation"]`);
  await looked(page, "revocation");
  await page.click("main form .first");
  await page.waitForURL(`**/mandates/${more}`);
  const after = await seal();

  // An auditor sees all of it, in Danish, on a telephone.
  const eva = await invited(page, origin, "Eva", "Holm");
  await page.goto(`${origin}/administration/people/${eva.person}/roles`);
  await page.selectOption("#role", "give-auditor");
  await done(page, "role", `**/people/${eva.person}`);
  await looked(page, "person");
  const audited = await admitted(eva.link, "da-DK", 320, {});
  const auditor = { forms: [], read: [], posted: {} };
  const csrf = await audited.page.getAttribute("meta[name=segl-csrf]", "content");
  const pages = ["", "/profiles", "/profiles/permits", "/grants", "/mandates", `/mandates/${three}`,
    "/applications", "/applications/archive", "/people", `/people/${mads.person}`, "/organisation",
    "/audit-log", "/statistics"];
  for (const path of pages) {
    const answer = await audited.page.goto(`${origin}/administration${path}`);
    auditor.read.push(answer.status());
    await looked(audited.page, `auditor${path.replaceAll("/", "-").replace(/[0-9a-f]{32}/, "one")}`);
    auditor.forms.push(await audited.page.locator('main form[method="post"], main a[href*="/new-"], main a[href$="/change"]').count());
  }
  // What an auditor may have done changes nothing: the log is verified.
  await audited.page.goto(`${origin}/administration/audit-log/verification`);
  await looked(audited.page, "auditor-verification-before");
  await Promise.all([
    audited.page.waitForNavigation(),
    audited.page.click('main form[method="post"] button'),
  ]);
  auditor.verified = await audited.page.textContent("main");
  await looked(audited.page, "auditor-verification-after");
  const posts = ["profiles", "profiles/permits/version", "profiles/permits/retirement", "grants", "mandates",
    `mandates/${three}/revocation`, "applications", "applications/archive/change", "applications/archive/keys",
    "applications/archive/clients", `applications/archive/clients/${clientId}/revocation`,
    "people", `people/${mads.person}/change`, `people/${mads.person}/invitation`, `people/${mads.person}/roles`,
    "organisation"];
  for (const path of posts) {
    auditor.posted[path] = await audited.page.evaluate(async ({ path, csrf }) => {
      const body = new URLSearchParams({ csrf, confirmed: "yes", id: "x", display_name: "x" });
      return (await fetch(`/administration/${path}`, { method: "POST", body })).status;
    }, { path, csrf });
  }
  const others = await phone.page.goto(`${origin}/administration/profiles`);
  await looked(phone.page, "nobody-narrow-dark");

  // The log and the numbers, wide and dark, in Danish.
  const dark = await karen.browser.newContext({ locale: "da-DK", colorScheme: "dark", viewport: { width: 1280, height: 900 } });
  await dark.addCookies(cookies);
  const night = await dark.newPage();
  await night.goto(`${origin}/administration/audit-log?act=administration&lang=da`);
  await looked(night, "audit-log-dark");
  const log = await night.textContent("main table.rows");
  await night.goto(`${origin}/administration/statistics`);
  await looked(night, "statistics-dark");
  await night.goto(`${origin}/administration/new-mandate`);
  await looked(night, "new-mandate-dark");
  await night.goto(`${archive}/new-client`);
  await looked(night, "new-client-dark");
  await dark.close();
  await page.goto(`${origin}/administration/statistics?lang=en`);
  await looked(page, "statistics");
  const exported = await page.request.get(`${origin}/administration/audit-log/export?act=seal`);
  const lines = (await exported.text()).trim().split("\n").map((line) => JSON.parse(line).outcome);

  // What is sent without what this session's pages know does nothing.
  const forged = await page.evaluate(async (path) => {
    const body = new URLSearchParams({ csrf: "x", confirmed: "yes" });
    return (await fetch(path, { method: "POST", body })).status;
  }, "/administration/profiles/permits/retirement");

  // The first page, as it comes over the wire.
  let weight = 0;
  const first = await karen.browser.newContext({ locale: "en-GB" });
  await first.addCookies(cookies);
  const light = await first.newPage();
  light.on("response", async (answer) => { weight += (await answer.body().catch(() => "")).length; });
  await light.goto(`${origin}/administration`, { waitUntil: "networkidle" });
  await first.close();

  const complaints = [...karen.complaints, ...phone.complaints, ...audited.complaints];
  for (const one of [karen, phone, audited]) await one.browser.close();
  return {
    found, complaints, beside, shown, changed, history, granted, key, keyShownAgain, client, without, seals, spent, three,
    before, after, auditor, log, lines, forged, weight, others: others.status(),
    links: [mads.link, eva.link],
  };
});
