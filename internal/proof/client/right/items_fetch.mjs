// A client of items with the fetch of Node: node items_fetch.mjs ITEMS_URL KEY.

const [base, key] = process.argv.slice(2)
const item = `${base}/items/${encodeURIComponent(key)}`
const wait = (ms) => new Promise((done) => setTimeout(done, ms))

async function send(method, value) {
  const init = { method, redirect: 'manual', signal: AbortSignal.timeout(3000) }
  if (value !== undefined) {
    init.body = JSON.stringify({ value })
    init.headers = { 'Content-Type': 'application/json' }
  }
  const answer = await fetch(item, init)
  return [answer, await answer.text()]
}

async function ask(method, others, value) {
  for (let attempt = 1; ; attempt++) {
    const last = method === 'POST' || attempt === 4
    let answer, text
    try {
      [answer, text] = await send(method, value)
    } catch (error) {
      if (last) throw error
      await wait(100 * attempt)
      continue
    }
    if ([429, 503].includes(answer.status) && !last) {
      await wait(1000 * Math.min(answer.headers.get('Retry-After') ?? attempt / 10, 5))
      continue
    }
    console.log(method, answer.status, text && JSON.parse(text))
    if (!answer.ok && !others.includes(answer.status)) throw new Error(`${method} was answered ${answer.status}`)
    return
  }
}

try {
  await ask('POST', [409], 'Alice')
  await ask('GET', [404])
  await ask('PUT', [], 'Bob')
  await ask('DELETE', [404])
} catch (error) {
  console.error(`${item}: ${error.message} ${error.cause?.message ?? ''}`)
  process.exitCode = 1
}
