// Drives the console as two moderators would. The Go test starts the bot, gives the
// addresses in the environment, and answers a line on standard input for each step
// that needs the chat. It fails by its exit code.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { readFileSync, mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const { ANN, BO, READER, ENTRY, SHOTS, CHROMIUM } = process.env
const input = createInterface({ input: process.stdin })
const lines = input[Symbol.asyncIterator]()

// pictures are those that the documentation shows.
const pictures = ['entry-1280', 'questions-768', 'entries-360', 'edit-360', 'try-768', 'figures-768', 'try-1280-dark']

// tell says to the Go test how far we are, and waits until it has looked at the chat.
async function tell(step) {
  console.log(step)
  const { value } = await lines.next()
  assert.equal(value, 'ok', step)
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
try {
  await run()
} catch (e) {
  for (const page of browser.contexts().flatMap(c => c.pages())) console.error(page.url(), await page.locator('main').innerText().catch(String))
  throw e
} finally {
  await browser.close()
  input.close()
  process.stdin.destroy()
}

async function run() {
  const ann = await signIn(ANN, {})
  const bo = await signIn(BO, {})

  // Keyboard: the first stop is the link over the navigation.
  await ann.keyboard.press('Tab')
  assert.equal(await ann.evaluate(() => document.activeElement.textContent), 'Skip to the page')

  // Ann corrects an entry. Lint speaks up beside the field while she types.
  await ann.goto(ENTRY + '/edit')
  const body = ann.getByLabel('Answer', { exact: true })
  const before = await body.inputValue()
  await body.fill(before + '\n\nKetamine cures depression in 90 % of people.')
  await ann.locator('#f-body p').first().waitFor()
  assert.match(await ann.locator('.count').innerText(), /to mend/)
  await check(ann, 'the form with faults')
  await shot(ann, 'edit')
  await ann.getByRole('button', { name: 'Save and ask for a review' }).click()
  await ann.locator('#f-body p').first().waitFor()
  await ann.getByLabel('Answer', { exact: true }).fill(before + '\n\nThis sentence was added by a moderator. [gk]')
  await ann.locator('.count', { hasText: 'Nothing to mend' }).waitFor()
  assert.match(await ann.locator('.shown.slack').innerText(), /added by a moderator/)
  assert.match(await ann.locator('.shown.discord').innerText(), /added by a moderator/)
  await ann.getByLabel('Why this change?').fill('a test')
  await ann.getByRole('button', { name: 'Save and ask for a review' }).click()
  await ann.getByText('Another moderator can now read and publish it').waitFor()
  await ann.getByRole('button', { name: /^Publish version/ }).click()
  await ann.getByRole('heading', { name: 'Someone else has to publish this' }).waitFor()
  await tell('submitted')

  // Bo reads what changed and publishes it.
  await bo.goto(new URL('/console/entries?state=waiting', ENTRY).href)
  await bo.getByRole('link').filter({ hasText: /\?/ }).first().click()
  await bo.locator('ins', { hasText: 'added by a moderator' }).waitFor()
  await check(bo, 'an entry that waits')
  await shot(bo, 'entry')
  await bo.getByRole('button', { name: /^Publish version/ }).click()
  await bo.getByText('The bot answers with it within two seconds').waitFor()
  await tell('published')

  // The playground: an answer, then words that get the card and nothing else.
  await ann.goto(new URL('/console/try', ENTRY).href)
  await ann.getByLabel('A question or message').fill('Is KAP covered by the VA?')
  await ann.getByRole('button', { name: 'Try it' }).click()
  await ann.getByRole('heading', { name: 'What people would see' }).waitFor()
  await check(ann, 'the playground')
  await shot(ann, 'try')
  await ann.getByLabel('A question or message').fill('I want to kill myself')
  await ann.getByRole('button', { name: 'Try it' }).click()
  await ann.getByRole('heading', { name: 'The crisis card' }).waitFor()
  assert.equal(await ann.getByRole('heading', { name: 'Search' }).count(), 0)

  // What members sent: two that ask the same are put together, by keyboard, and become a
  // draft; a third is taken out again and settled.
  await bo.goto(new URL('/console/questions', ENTRY).href)
  await check(bo, 'questions')
  await shot(bo, 'questions')
  for (const text of ['Can I bring my dog to a session?', 'Are pets okay at the clinic?', 'Is there parking nearby?']) {
    await bo.getByLabel('Put together: ' + text).focus()
    await bo.keyboard.press('Space')
  }
  await bo.getByRole('button', { name: 'Put the ticked ones together' }).focus()
  await bo.keyboard.press('Enter')
  await bo.getByText('They are together now').waitFor()
  await bo.getByLabel('Take out: Is there parking nearby?').check()
  await bo.getByRole('button', { name: 'Take the ticked ones out' }).click()
  await bo.getByText('It is a question of its own now').waitFor()
  await bo.getByRole('button', { name: 'Not for us' }).click()
  await bo.getByText('Its text is erased in 30 days').waitFor()
  await bo.getByRole('link', { name: 'Can I bring my dog to a session?' }).click()
  const question = new URL(bo.url()).pathname
  await check(bo, 'a question')
  await bo.getByRole('button', { name: 'Make a draft' }).click()
  await bo.getByText('A draft with the question and its wordings').waitFor()
  assert.equal(await bo.getByLabel('Other ways to ask').inputValue(), 'Are pets okay at the clinic?')
  await bo.goto(ENTRY)
  await bo.getByRole('button', { name: 'I looked at it' }).click()
  await bo.getByText('Later votes show up again').waitFor()
  assert.equal(await bo.getByRole('button', { name: 'I looked at it' }).count(), 0)
  await check(bo, 'an entry with votes')

  for (const page of ['entries', 'calendar', 'figures', 'audit', 'new']) {
    await bo.goto(new URL('/console/' + page, ENTRY).href)
    await check(bo, page)
    await shot(bo, page)
  }
  await bo.goto(ENTRY + '/history')
  await check(bo, 'history')
  await shot(bo, 'history')

  // A phone with no script reads, searches and sends forms.
  const reader = await signIn(READER, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
  await reader.getByLabel('Search').fill('Spravato')
  await reader.getByRole('button', { name: 'Show' }).click()
  await reader.locator('.list a').first().click()
  await reader.getByRole('heading', { level: 1 }).waitFor()
  await reader.goto(ENTRY + '/edit')
  await reader.getByLabel('Answer', { exact: true }).fill('Ketamine cures depression in 90 % of people.')
  await reader.getByRole('button', { name: 'Check and show' }).click()
  await reader.locator('#f-body p').first().waitFor()
  await reader.goto(new URL('/console/questions', ENTRY).href)
  await reader.getByRole('link', { name: 'How long is the waiting list?' }).click()
  await reader.getByText('An entry answers it already').click()
  await reader.getByLabel('Short name of the entry').fill('what-is-kap')
  await reader.getByRole('button', { name: 'Tell those who asked' }).click()
  await reader.getByText('Those who asked are told within a minute').waitFor()
  for (const page of ['entries', 'calendar', 'figures', 'audit', 'try']) {
    await reader.goto(new URL('/console/' + page, ENTRY).href)
    await reader.getByRole('heading', { level: 1 }).waitFor()
  }

  // Nothing is wider than a phone.
  const phone = await bo.context().newPage()
  await phone.setViewportSize({ width: 360, height: 740 })
  for (const path of ['/console/entries', '/console/questions', question, '/console/figures', '/console/try', '/console/audit', new URL(ENTRY).pathname, new URL(ENTRY).pathname + '/edit']) {
    await phone.goto(new URL(path, ENTRY).href)
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= 360, `${path} is ${wide} wide`)
  }
}

async function signIn(link, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  context.setDefaultTimeout(120_000) // a busy machine is slow
  const page = await context.newPage()
  page.on('pageerror', e => { throw e })
  page.on('console', m => { if (m.type() === 'error' && !/status of 4/.test(m.text())) throw new Error(m.text()) })
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Entries' }).waitFor()
  return page
}

// check lets axe look for what shuts people out, in both color schemes.
async function check(page, what) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    const session = await page.context().newCDPSession(page) // past the policy, which forbids foreign scripts
    await session.send('Runtime.evaluate', { expression: axe })
    const { result } = await session.send('Runtime.evaluate', {
      expression: `axe.run(${colorScheme === 'dark' ? '{runOnly: ["color-contrast"]}' : ''}).then(r => JSON.stringify(r.violations.filter(v => v.impact === "serious" || v.impact === "critical").map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join("; "))))`,
      awaitPromise: true, returnByValue: true,
    })
    assert.equal(result.value, '[]', `${what}, ${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

// shot takes the pictures of a page, where they are wanted.
async function shot(page, name) {
  if (!SHOTS) return
  mkdirSync(SHOTS, { recursive: true })
  const before = page.viewportSize()
  for (const picture of pictures.filter(p => p.startsWith(name + '-'))) {
    const [, width, scheme] = picture.match(/-(\d+)(-dark)?$/)
    await page.setViewportSize({ width: Number(width), height: width < 500 ? 740 : 800 })
    await page.emulateMedia({ colorScheme: scheme ? 'dark' : 'light' })
    await page.evaluate(() => scrollTo(0, 0))
    await page.screenshot({ path: `${SHOTS}/${picture}.png` })
  }
  await page.setViewportSize(before)
  await page.emulateMedia({ colorScheme: 'light' })
}
