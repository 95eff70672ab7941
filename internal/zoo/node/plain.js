// Items and tasks with nothing but Node: node:http and no package.
//
// What it chooses where the contract leaves a choice: a write answers 204; POST on what is there is refused with 409; what
// was deleted answers 410; an ETag is drawn at random for each new state, and writing the same again keeps it; errors are
// problem documents for everybody, with an "error" member; Location and Link are relative; tasks are listed by their ids; a
// second request with an Idempotency-Key whose first one is still being done is sent away with 409.
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { setImmediate as otherWork } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { applyPatch, PatchError, TestError } from './json-patch.js'

const mostOctets = 512 * 1024

class Refusal extends Error {
  constructor(status, detail, headers = {}) {
    super(detail)
    Object.assign(this, { status, headers })
  }
}

// Shelf keeps states under names, each with its tag, and remembers the names of what was deleted.
class Shelf {
  #entries = new Map()
  #gone = new Set()

  get(name) {
    return this.#entries.get(name)
  }

  need(name) {
    const entry = this.#entries.get(name)
    if (!entry) throw new Refusal(this.#gone.has(name) ? 410 : 404, 'there is nothing here')
    return entry
  }

  set(name, state) {
    const old = this.#entries.get(name)
    if (old && isDeepStrictEqual(old.state, state)) return old
    const entry = { state, etag: `"${randomUUID()}"` }
    this.#entries.set(name, entry)
    this.#gone.delete(name)
    return entry
  }

  delete(name) {
    this.#gone.add(name)
    this.#entries.delete(name)
  }

  sorted() {
    return [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry.state)
  }
}

const items = new Shelf()
const tasks = new Shelf()
const keys = new Map() // Idempotency-Key to what was asked, and where the task is once it is made

// Preconditions, RFC 9110 §13. Tags are compared as texts, since none of ours begins with W/.
const tagsOf = (field) => field.match(/(W\/)?"[^"]*"|\*/g) ?? []

function check(request, entry) {
  const match = request.headers['if-match']
  const none = request.headers['if-none-match']
  const holds = (tag) => entry && (tag === '*' || tag === entry.etag)
  if (match !== undefined && !tagsOf(match).some(holds)) throw new Refusal(412, 'it has changed since')
  if (none !== undefined && tagsOf(none).map((tag) => tag.replace(/^W\//, '')).some(holds)) {
    if (request.method === 'GET' || request.method === 'HEAD') throw new Refusal(304, '', { ETag: entry.etag })
    throw new Refusal(412, 'it is there already')
  }
}

async function read(request) {
  const chunks = []
  let octets = 0
  for await (const chunk of request) {
    octets += chunk.length
    if (octets > mostOctets) throw new Refusal(413, 'that is too much', { Connection: 'close' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function parse(request, type = 'application/json') {
  const label = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase()
  const content = await read(request)
  if (label !== type) throw new Refusal(415, `send ${type}`, request.method === 'PATCH' ? { 'Accept-Patch': type } : {})
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content))
  } catch {
    throw new Refusal(400, 'the body is not JSON')
  }
}

function object(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Refusal(400, 'the body is not an object')
  return value
}

function valueOf(body) {
  if (!Object.hasOwn(object(body), 'value')) throw new Refusal(400, 'value is missing')
  return { value: body.value }
}

const types = { description: 'string', complete: 'boolean' }

// known takes those members over that a task has.
function known(body, ...names) {
  const taken = names.filter((name) => Object.hasOwn(object(body), name)).map((name) => [name, body[name]])
  for (const [name, value] of taken) if (typeof value !== types[name]) throw new Refusal(400, `${name} is no ${types[name]}`)
  return Object.fromEntries(taken)
}

function described(body) {
  const { description } = known(body, 'description')
  if (description === undefined) throw new Refusal(400, 'description is missing')
  return description
}

const shown = ({ state, etag }) => ({ status: 200, state, headers: { ETag: etag } })
const done = { status: 204 }

const item = {
  patch: 'application/json-patch+json',
  async GET(request, key) {
    const entry = items.need(key)
    check(request, entry)
    return shown(entry)
  },
  async POST(request, key) {
    const state = valueOf(await parse(request))
    if (items.get(key)) throw new Refusal(409, 'the key is taken')
    check(request, undefined)
    items.set(key, state)
    return { status: 201, headers: { Location: request.url } }
  },
  async PUT(request, key) {
    const state = valueOf(await parse(request))
    const old = items.get(key)
    check(request, old)
    const { etag } = items.set(key, state)
    return { status: old ? 204 : 201, headers: { ETag: etag } }
  },
  async PATCH(request, key) {
    const operations = await parse(request, item.patch)
    const { state } = items.need(key)
    check(request, items.get(key))
    try {
      items.set(key, valueOf(applyPatch(state, operations)))
    } catch (error) {
      if (error instanceof TestError) throw new Refusal(409, error.message)
      if (error instanceof PatchError) throw new Refusal(422, error.message)
      throw error
    }
    return done
  },
  async DELETE(request, key) {
    check(request, items.need(key))
    items.delete(key)
    return done
  },
}

const task = {
  patch: 'application/merge-patch+json',
  async GET(request, id) {
    const entry = tasks.need(id)
    check(request, entry)
    return shown(entry)
  },
  async POST(request, id) {
    const description = described(await parse(request))
    if (tasks.get(id)) throw new Refusal(409, 'the id is taken')
    tasks.set(id, { id, description, complete: false })
    return { status: 201, headers: { Location: request.url } }
  },
  async PUT(request, id) {
    return change(request, id, known(await parse(request), 'complete'))
  },
  async PATCH(request, id) {
    return change(request, id, known(await parse(request, task.patch), 'complete', 'description'))
  },
  async DELETE(request, id) {
    check(request, tasks.need(id))
    tasks.delete(id)
    return done
  },
}

function change(request, id, members) {
  const entry = tasks.need(id)
  check(request, entry)
  tasks.set(id, { ...entry.state, ...members })
  return done
}

const list = {
  async GET(request, _, query) {
    const all = tasks.sorted()
    if (!query.has('limit')) return { status: 200, state: all }
    if (!/^[1-9]\d{0,8}$/.test(query.get('limit'))) throw new Refusal(400, 'limit is not a number above 0')
    const limit = Number(query.get('limit'))
    const rest = all.filter(({ id }) => !query.has('after') || id > query.get('after'))
    const page = rest.slice(0, limit)
    if (page.length === rest.length) return { status: 200, state: page }
    const next = new URLSearchParams({ limit, after: page.at(-1).id })
    return { status: 200, state: page, headers: { Link: `<tasks?${next}>; rel=next` } }
  },
  async POST(request) {
    const description = described(await parse(request))
    const key = request.headers['idempotency-key']
    if (key === undefined) return created(await add(description))
    const before = keys.get(key)
    if (before && before.description !== description) throw new Refusal(422, 'this Idempotency-Key came with another body')
    if (before && !before.id) throw new Refusal(409, 'the first request with this Idempotency-Key is not done yet')
    if (before) return created(before.id)
    const mine = { description }
    keys.set(key, mine)
    mine.id = await add(description)
    return created(mine.id)
  },
}

// add takes a moment, as a store behind a network does.
async function add(description) {
  await otherWork()
  const id = randomUUID()
  tasks.set(id, { id, description, complete: false })
  return id
}

const created = (id) => ({ status: 201, state: { id }, headers: { Location: `tasks/${id}` } })

// route finds the resource that a path means, and the name in it.
function route(path) {
  const [, collection, name, ...more] = path.split('/')
  if (path === '/tasks') return [list]
  if (!name || more.length > 0 || !['items', 'tasks'].includes(collection)) throw new Refusal(404, 'there is no such path')
  try {
    return [collection === 'items' ? item : task, decodeURIComponent(name)]
  } catch {
    throw new Refusal(400, 'the path is not encoded as it should be')
  }
}

async function handle(request) {
  const [path, query = ''] = request.url.split(/\?(.*)/s)
  const [resource, name] = route(path)
  const methods = Object.keys(resource).filter((name) => name === name.toUpperCase())
  const headers = { Allow: [...methods, 'HEAD', 'OPTIONS'].join(', '), ...(resource.patch && { 'Accept-Patch': resource.patch }) }
  if (request.method === 'OPTIONS') return { status: 204, headers }
  const method = request.method === 'HEAD' ? 'GET' : request.method
  if (!methods.includes(method)) throw new Refusal(405, 'this is not done here', headers)
  return resource[method](request, name, new URLSearchParams(query))
}

function refused(error) {
  if (!(error instanceof Refusal)) {
    console.error(error)
    return refused(new Refusal(500, 'that was our fault'))
  }
  const { status, message, headers } = error
  if (status === 304) return { status, headers }
  return { status, headers, type: 'application/problem+json', state: { title: message, status, error: message } }
}

const server = createServer(async (request, response) => {
  const { status, state, type = 'application/json', headers } = await handle(request).catch(refused)
  response.setHeader('Cache-Control', 'max-age=0, must-revalidate')
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value)
  if (state === undefined) return response.writeHead(status).end()
  const content = Buffer.from(JSON.stringify(state))
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': content.length }).end(content)
})
server.listen(Number(process.env.PORT), '127.0.0.1')
