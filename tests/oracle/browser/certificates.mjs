// A certificate is ordered, approved by a second one, collected in the browser after a login and with a code, renewed
// and blocked. Every request is kept, so that it can be searched for the keys.
import { readFileSync } from "node:fs";
import { authenticator, faults, open, picture, tell } from "./browser.mjs";

const found = [];
const requests = [];

/** Keeps all that a browser sends. */
function kept(context) {
  context.on("request", async (request) => {
    const headers = await request.allHeaders().catch(() => request.headers());
    const body = request.postDataBuffer();
    requests.push({
      method: request.method(), url: request.url(), headers: JSON.stringify(headers),
      body: body ? body.toString("base64") : "",
    });
  });
}

/** Holds a page against what every page must be, in the language that it is asked for in. */
async function looked(page, name) {
  found.push(...(await faults(page)).map((one) => `${name} ${one}`));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) found.push(`${name} is ${wide} pixels wider than its window`);
  await picture(page, `certificates-${name}`);
}

const rows = (page) => page.locator("main table.rows tbody tr").evaluateAll((all) =>
  all.map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join(" | ")));

/** Sends the form that is shown, looks at what would change, and has it done. */
async function done(page, name, next) {
  await page.click("main form .first");
  await page.waitForSelector("input[name=confirmed]", { state: "attached" });
  if (name) await looked(page, `${name}-confirm`);
  const changes = await rows(page);
  await page.click("main form .first");
  await page.waitForURL(next);
  return changes;
}

/** Lets somebody in by a link, in a browser of their own. */
async function admitted(link, locale, width, more, admin) {
  const one = await open(locale, width, { acceptDownloads: true, ...more });
  kept(one.context);
  await authenticator(one.page);
  await one.page.goto(link);
  if (admin) {
    await one.page.fill("#given_name", "Karen");
    await one.page.fill("#family_name", "Ørsted");
  }
  await one.page.fill("#name", "The laptop");
  await one.page.click("button.first");
  await one.page.waitForURL("**/me");
  return one;
}

/** Logs in with the passkey that is there. */
async function again(page, origin, next) {
  await page.goto(`${origin}${next}`);
  await page.waitForURL("**/login");
  await page.click("button.first");
  await page.waitForURL(`**${next}`);
}

async function invited(page, origin, given, family) {
  await page.goto(`${origin}/administration/new-person`);
  await page.fill("#given_name", given);
  await page.fill("#family_name", family);
  await done(page, null, "**/invitation");
  const person = new URL(page.url()).pathname.split("/")[3];
  await page.click("main form .first");
  await page.waitForSelector("#secret");
  return { person, link: await page.inputValue("#secret") };
}

/** Fills in the password, has key and file made, and takes the file. */
async function collected(page, password, name) {
  await looked(page, name);
  await page.fill("#password", password);
  await page.fill("#password_again", password);
  await page.click("form[data-collect] button.first");
  await page.waitForSelector("[data-done]:not([hidden])", { timeout: 120000 });
  await looked(page, `${name}-done`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("[data-done] a[download]")]);
  return { name: download.suggestedFilename(), file: readFileSync(await download.path()).toString("base64") };
}

await tell(async ({ link, origin, management, token, password, csr, moved }) => {
  const files = {};
  const karen = await admitted(link, "en-GB", 1280, {}, true);
  const { page } = karen;

  // Who takes part, and what the organisation allows.
  const mads = await invited(page, origin, "Mads", "Bæk");
  await page.goto(`${origin}/administration/people/${mads.person}/roles`);
  await page.selectOption("#role", "give-user-administrator");
  await done(page, null, `**/people/${mads.person}`);
  const eva = await invited(page, origin, "Eva", "Ålborg");
  const second = await admitted(mads.link, "en-GB", 1280, { colorScheme: "dark" });
  const holder = await admitted(eva.link, "da-DK", 390, {});
  await page.goto(`${origin}/administration/organisation/certificates`);
  await page.check("#allow_user_certificates");
  await page.check("#four_eyes");
  const settings = await done(page, "settings", "**/administration/organisation");
  await looked(page, "organisation");

  // The profiles; one without a contact person cannot be ordered from.
  const profile = async (id, name, kind) => {
    await page.goto(`${origin}/administration/new-profile`);
    await page.fill("#id", id);
    await page.fill("#display_name", name);
    await page.selectOption("#kind", kind);
    if (kind === "system") {
      await page.fill("#contact_person", "Bodil Ærø");
      await page.fill("#contact_email", "bodil@example.com");
    }
    await done(page, null, `**/profiles/${id}`);
  };
  await profile("staff", "Staff", "user");
  await profile("payments", "Payments", "system");
  await profile("town", "The town", "organisation");

  // The policy is read and accepted first.
  await page.goto(`${origin}/administration/certificate-orders/new`);
  await looked(page, "policy");
  const before = await page.locator("main table.rows").count();
  await page.click("main form .first");
  await page.waitForSelector("#accepted-error");
  await page.check("#accepted");
  await page.click("main form .first");
  await page.waitForURL("**/certificate-orders/new");
  await looked(page, "orderable-fresh");

  // What is ordered with each profile.
  const terms = async (id, fill) => {
    await page.goto(`${origin}/administration/profiles/${id}/certificate-terms`);
    await looked(page, `terms-${id}`);
    await fill();
    return done(page, `terms-${id}`, `**/certificate-orders/new/${id}`);
  };
  const ofStaff = await terms("staff", async () => {
    await page.fill("#name", "Medarbejdere");
    await page.fill("#lifetime_days", "181");
    await page.fill("#overlap_days", "180");
    await page.fill("#relying_services", "Digital Post\n\nRejseafregning");
  });
  await terms("payments", async () => {
    await page.fill("#name", "Betalinger Ærø");
    await page.selectOption("#key", "p256");
    await page.check('input[name=purposes][value="encryption"]');
  });
  await terms("town", async () => page.fill("#name", "Byen"));
  await looked(page, "no-contact");
  await page.goto(`${origin}/administration/certificate-orders/new`);
  await looked(page, "orderable");
  const orderable = await rows(page);

  // A user certificate, for Eva; without a holder it is refused beside the field.
  await page.goto(`${origin}/administration/certificate-orders/new/staff`);
  await looked(page, "order-user");
  const ways = await page.locator("#identification option, #issuing option").allTextContents();
  const defaults = [await page.inputValue("#identification"), await page.inputValue("#issuing")];
  await page.click("main form .first");
  const missing = await page.textContent("#holder-error");
  await looked(page, "order-user-refused");
  await page.selectOption("#holder", eva.person);
  const ordered = await done(page, "order-user", /certificate-orders\/[0-9a-f]{32}$/);
  await looked(page, "order-awaiting");
  const order = page.url();

  // Whoever ordered does not approve; the second one does.
  await page.goto(`${order}/approval`);
  await page.click("main form .first");
  const own = await page.textContent("main form .problem");
  const approve = async (address) => {
    await second.page.goto(`${address}/approval`);
    await looked(second.page, "approval-dark");
    await second.page.click("main form .first");
    await second.page.waitForURL(/certificate-orders\/[0-9a-f]{32}$/);
    return second.page.textContent("main dl");
  };
  const approved = await approve(order);

  // Those of a system, with one-time codes.
  const coded = async () => {
    await page.goto(`${origin}/administration/certificate-orders/new/payments`);
    await page.selectOption("#identification", "one-time-code");
    await page.click("main form .first");
    await page.waitForSelector("input[name=confirmed]", { state: "attached" });
    await page.click("main form .first");
    await page.waitForSelector("#secret");
    await looked(page, "code");
    const code = await page.inputValue("#secret");
    const reference = (await page.textContent("main dl")).match(/\d{12}/)[0];
    await page.click("main .buttons a");
    await page.waitForURL(/certificate-orders\/[0-9a-f]{32}$/);
    await approve(page.url());
    return { code, reference, order: page.url() };
  };
  const [bodil, other, cancelled] = [await coded(), await coded(), await coded()];
  await page.goto(`${cancelled.order}/cancellation`);
  await looked(page, "cancellation");
  await page.click("main form .first");
  await page.waitForURL(cancelled.order);
  await page.goto(`${origin}/administration/certificate-orders`);
  await looked(page, "orders");
  const orders = await rows(page);
  await page.goto(`${origin}/administration/certificate-orders?state=cancelled`);
  const filtered = await rows(page);

  // Eva collects after a login, in her own browser, on a telephone, in Danish.
  await holder.page.goto(`${origin}/me/certificates`);
  await looked(holder.page, "own-waiting");
  await holder.page.click("a.button.first");
  await holder.page.waitForURL("**/collect/**");
  await looked(holder.page, "own-policy");
  await holder.page.click("main form .first");
  await holder.page.waitForSelector("#accepted-error");
  await holder.page.check("#accepted");
  await holder.page.click("main form .first");
  await holder.page.waitForSelector("form[data-collect]");
  await holder.page.fill("#password", "kort");
  await holder.page.fill("#password_again", "kort");
  await holder.page.click("form[data-collect] button.first");
  const unfit = await holder.page.textContent("form[data-collect] .problem");
  await holder.page.click("form[data-collect] [data-make]");
  const made = await holder.page.inputValue("#password");
  files.user = await collected(holder.page, password, "collect-login");
  await holder.page.goto(`${origin}/me/certificates`);
  await looked(holder.page, "own");
  const early = await holder.page.locator('a[href$="/renewal"]').count();

  // Bodil collects with the code that she was told, and has no login.
  const contact = await open("en-GB", 320, { acceptDownloads: true });
  kept(contact.context);
  const showCode = async (of, code) => {
    await contact.page.goto(`${origin}/collect/${of.reference}`);
    await contact.page.fill("#code", code);
    await contact.page.check("#accepted");
    await contact.page.click("main form .first");
  };
  await contact.page.goto(`${origin}/collect/${bodil.reference}`);
  await looked(contact.page, "code-page");
  await showCode(bodil, "00000-00000-00000-00000");
  await contact.page.waitForSelector("main .problem");
  const wrong = await contact.page.textContent("main .problem");
  await looked(contact.page, "code-wrong");
  await showCode(bodil, bodil.code.toLowerCase());
  await contact.page.waitForSelector("form[data-collect]");
  files.system = await collected(contact.page, password, "collect-code");
  await showCode(bodil, bodil.code);
  const spent = await contact.page.textContent("main .problem");

  // A request that another program made, where scripts are off.
  const still = await contact.browser.newContext({ javaScriptEnabled: false, locale: "da-DK", acceptDownloads: true });
  const quiet = await still.newPage();
  await quiet.goto(`${origin}/collect/${other.reference}`);
  await quiet.fill("#code", other.code);
  await quiet.check("#accepted");
  await quiet.click("main form .first");
  await quiet.click("details.folded summary");
  await quiet.setInputFiles("#request", { name: "bad.csr", mimeType: "application/pkcs10", buffer: Buffer.from("nonsense") });
  await quiet.click("details.folded form button");
  await quiet.waitForSelector("main > .problem");
  const nonsense = await quiet.textContent("main > .problem");
  await picture(quiet, "certificates-request-refused");
  await quiet.setInputFiles("#request", { name: "own.csr", mimeType: "application/pkcs10", buffer: Buffer.from(csr, "base64") });
  const [answered] = await Promise.all([quiet.waitForEvent("download"), quiet.click("details.folded form button")]);
  const uploaded = readFileSync(await answered.path(), "utf8");
  await still.close();

  // The list, found and filtered.
  await page.goto(`${origin}/administration/certificates`);
  await looked(page, "list");
  const listed = await rows(page);
  const folded = await page.locator("details.folded[open]").count();
  await page.goto(`${origin}/administration/certificates?q=%C3%A5lborg`);
  const searched = await rows(page);
  await looked(page, "list-searched");
  const table = await (await page.request.get(`${origin}/administration/certificates/table.csv?kind=system`)).text();

  // The policies, for everybody, in both languages, and as they are written.
  const policies = [];
  for (const language of ["da", "en"]) {
    await contact.page.goto(`${origin}/policies?lang=${language}`);
    await looked(contact.page, `policies-${language}`);
    const raw = await contact.page.getAttribute("article a[href$='.md']", "href");
    const text = await contact.page.request.get(`${origin}${raw}`);
    policies.push({ shown: await contact.page.textContent("main"), type: text.headers()["content-type"], text: await text.text() });
  }
  const asked = await contact.page.request.get(`${origin}/policies`, { headers: { Accept: "text/markdown" } });
  policies.push({ type: asked.headers()["content-type"], text: await asked.text() });

  // Two days later it is due: renewed in the browser, said to be in use, and the old one blocked.
  const clock = await fetch(`${management}/clock`, {
    method: "POST", headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ action: "set", time: moved }),
  });
  if (!clock.ok) found.push(`the clock: ${clock.status}`);
  await again(holder.page, origin, "/me/certificates");
  await looked(holder.page, "own-due");
  await holder.page.click('a[href$="/renewal"]');
  await holder.page.waitForSelector("form[data-collect]");
  files.renewed = await collected(holder.page, password, "renewal");
  await holder.page.goto(`${origin}/me/certificates`);
  const renewable = await holder.page.locator('a[href$="/renewal"]').count();
  await holder.page.locator('form[action$="/installation"] button').first().click();
  await holder.page.waitForURL("**/me/certificates");
  await looked(holder.page, "own-renewed");
  await holder.page.locator('form[action$="/notices"] button').first().click();
  await holder.page.waitForURL("**/me/certificates#**");
  await looked(holder.page, "own-muted");
  const mutedOwn = await holder.page.locator('form[action$="/notices"] button').allTextContents();
  const inUse = await holder.page.locator('form[action$="/installation"]').count();
  await holder.page.locator('a[href$="/blocking"]').last().click();
  await looked(holder.page, "block-own");
  await holder.page.selectOption("#reason", "key-lost-or-destroyed");
  await holder.page.click("main form .first");
  await holder.page.waitForURL("**/me/certificates#**");
  const blocked = await holder.page.locator("main .mark-bad").allTextContents();
  const others = await holder.page.goto(`${origin}/administration/certificates`);

  // Many are blocked at once, by an administrator.
  await again(page, origin, "/administration");
  await page.goto(`${origin}/administration/certificates?kind=system`);
  // Of one of them nobody is reminded.
  await page.locator("main table.rows td a").first().click();
  await page.waitForSelector("main dl");
  await page.click('main a[href$="/notices"]');
  await page.waitForSelector("main form .first");
  await looked(page, "notices");
  await page.click("main form .first");
  await page.waitForURL("**/administration/certificates/*");
  await looked(page, "one-muted");
  const muted = await page.textContent("main dl");
  await page.goto(`${origin}/administration/certificates?kind=system`);
  for (const box of await page.locator('input[name="certificate"]').all()) await box.check();
  await page.click('#many button[value="true"]');
  await page.waitForSelector("input[name=confirmed]", { state: "attached" });
  await looked(page, "muting-many");
  const manyShown = await rows(page);
  await page.click("main form .first");
  await page.waitForSelector('main a.button[href="/administration/certificates"]');
  await looked(page, "muting-many-done");
  const manyMuted = await rows(page);
  await page.goto(`${origin}/administration/certificates?kind=system`);
  for (const box of await page.locator('input[name="certificate"]').all()) await box.check();
  await page.click("#many button.first");
  await page.waitForSelector("#reason");
  await looked(page, "blocking");
  await page.selectOption("#reason", "compromise-suspected");
  await page.click("main form .first");
  await page.waitForSelector("input[name=confirmed]", { state: "attached" });
  await looked(page, "blocking-confirm");
  const shown = await rows(page);
  await page.click("main form .first");
  await page.waitForSelector('main a.button[href="/administration/certificates"]');
  await looked(page, "blocking-done");
  const results = await rows(page);
  await page.goto(`${origin}/administration/certificates`);
  await looked(page, "list-blocked");
  const ended = await rows(page);
  await page.locator("main table.rows td a").first().click();
  await page.waitForSelector("main dl");
  await looked(page, "one");
  await page.goto(`${origin}/administration/certificates?lang=da`);
  await looked(page, "list-danish");

  const complaints = [...karen.complaints, ...second.complaints, ...holder.complaints, ...contact.complaints];
  for (const one of [karen, second, holder, contact]) await one.browser.close();
  return {
    found, complaints, requests, files, settings, before, ofStaff, orderable, ways, defaults, missing, ordered, own,
    approved, orders, filtered, unfit, made, early, wrong, spent, nonsense, uploaded, listed, folded, searched, table,
    policies, renewable, manyShown, manyMuted, mutedOwn, muted, inUse, blocked, others: others.status(), shown, results, ended,
  };
});
