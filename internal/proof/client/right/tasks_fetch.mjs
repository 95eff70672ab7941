// A client of tasks with the fetch of Node, which lets the server choose the ids: node tasks_fetch.mjs TASKS_URL. It reads the list again
// only if it has changed.

const list = `${process.argv[2]}/tasks`
const wait = (ms) => new Promise((done) => setTimeout(done, ms))
let seen = { tasks: [] }

async function ask(method, url, others = [], value, headers = {}) {
  if (new URL(url).host !== new URL(list).host) throw new Error(`${url} is at another server`)
  for (let attempt = 1; ; attempt++) {
    const last = attempt === 4
    try {
      const answer = await fetch(url, {
        method, signal: AbortSignal.timeout(3000),
        headers: value ? { 'content-type': 'application/json', ...headers } : headers,
        body: value && JSON.stringify(value),
      })
      if ([429, 503].includes(answer.status) && !last) {
        await wait(1000 * Math.min(answer.headers.get('Retry-After') ?? attempt / 10, 5))
        continue
      }
      console.log(method, new URL(url).pathname, answer.status)
      if (!answer.ok && !others.includes(answer.status)) throw Object.assign(new Error(`${method} was answered ${answer.status}`), { final: true })
      return answer
    } catch (error) {
      if (last || error.final) throw error
      await wait(100 * attempt)
    }
  }
}

async function read() {
  const answer = await ask('GET', list, [304], undefined, seen.tag ? { 'if-none-match': seen.tag } : {})
  if (answer.status !== 304) seen = { tag: answer.headers.get('etag'), tasks: await answer.json() }
  for (const task of seen.tasks) console.log(task.complete ? '[x]' : '[ ]', task.id, task.description)
}

async function add(description) {
  const key = `"${crypto.randomUUID()}"` // each attempt is the same request
  const answer = await ask('POST', list, [], { description }, { 'idempotency-key': key })
  return new URL(answer.headers.get('location'), list).href
}

try {
  const [one, other] = [await add('learn REST'), await add('go for a walk')]
  await read()
  await ask('PUT', one, [404], { complete: true })
  await ask('DELETE', other, [404])
  await read()
} catch (error) {
  console.error(`tasks: ${error.message} ${error.cause?.message ?? ''}`)
  process.exitCode = 1
}
