// Items and tasks with Hono, in TypeScript that tsx runs, bodies checked by zod.
//
// What it chooses where the contract leaves a choice: members that it does not know are passed over; a PUT must have
// "complete"; POST on an existing key or id replaces and answers 201; a write answers with the new state; the ETag middleware
// tags GET alone; the response is compressed as soon as a client takes gzip; OPTIONS answers 204; the newest task is listed
// last, a replaced one keeps its place; Location is absolute.
import { serve } from '@hono/node-server'
import { zValidator } from '@hono/zod-validator'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { cors } from 'hono/cors'
import { etag } from 'hono/etag'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { z } from 'zod'

type Task = { id: string, description: string, complete: boolean }

const items = new Map<string, unknown>()
const tasks = new Map<string, Task>()

const Item = z.object({ value: z.unknown() }).refine((body) => 'value' in body, 'value is missing')
const NewTask = z.object({ description: z.string() })
const Change = z.object({ complete: z.boolean() })

// body reads what the schema asks for. The validator itself passes over what is not labelled as JSON.
const body = <T extends z.ZodType>(schema: T) => zValidator('json', schema, (result, c) => {
  if (!result.success) return c.json({ error: z.prettifyError(result.error), issues: result.error.issues }, 422)
})
const labelled = createMiddleware(async (c, next) => {
  const type = c.req.header('Content-Type')?.split(';')[0].trim().toLowerCase()
  if (type !== 'application/json') throw new HTTPException(415, { message: 'send application/json' })
  await next()
})

function refused(c: Context, status: 404 | 405, error: string) {
  return c.json({ error }, status)
}

// refuseOthers answers OPTIONS, and 405 to every method that the path does not have.
function refuseOthers(path: string, methods: string) {
  app.options(path, (c) => c.body(null, 204, { Allow: methods }))
  app.all(path, (c) => {
    c.header('Allow', methods)
    return refused(c, 405, `${c.req.method} is not done here`)
  })
}

const app = new Hono()
app.use(compress({ threshold: 0 }), secureHeaders(), bodyLimit({ maxSize: 1 << 20 }))
app.use(cors({ origin: 'https://example.com' }))
app.get('*', etag())
app.notFound((c) => refused(c, 404, 'there is no such path'))
app.onError((error, c) => {
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status)
  console.error(error)
  return c.json({ error: 'that was our fault' }, 500)
})

app.get('/items/:key', (c) => {
  const key = c.req.param('key')
  return items.has(key) ? c.json({ value: items.get(key) }) : refused(c, 404, 'no such item')
})
app.on(['POST', 'PUT'], '/items/:key', labelled, body(Item), (c) => {
  const key = c.req.param('key')
  const isNew = !items.has(key) || c.req.method === 'POST'
  const { value } = c.req.valid('json')
  items.set(key, value)
  return c.json({ value }, isNew ? 201 : 200)
})
app.delete('/items/:key', (c) =>
  items.delete(c.req.param('key')) ? c.json({ message: 'deleted' }) : refused(c, 404, 'no such item'))
refuseOthers('/items/:key', 'GET, HEAD, POST, PUT, DELETE, OPTIONS')

function add(c: Context, id: string, description: string) {
  const task = { id, description, complete: false }
  tasks.set(id, task)
  return c.json(task, 201, { Location: new URL(`/tasks/${encodeURIComponent(id)}`, c.req.url).href })
}

app.get('/tasks', (c) => c.json([...tasks.values()]))
app.post('/tasks', labelled, body(NewTask), (c) => add(c, crypto.randomUUID(), c.req.valid('json').description))
refuseOthers('/tasks', 'GET, HEAD, POST, OPTIONS')

app.get('/tasks/:id', (c) => {
  const task = tasks.get(c.req.param('id'))
  return task ? c.json(task) : refused(c, 404, 'no such task')
})
app.post('/tasks/:id', labelled, body(NewTask), (c) => add(c, c.req.param('id'), c.req.valid('json').description))
app.put('/tasks/:id', labelled, body(Change), (c) => {
  const task = tasks.get(c.req.param('id'))
  return task ? c.json(Object.assign(task, c.req.valid('json'))) : refused(c, 404, 'no such task')
})
app.delete('/tasks/:id', (c) =>
  tasks.delete(c.req.param('id')) ? c.json({ message: 'deleted' }) : refused(c, 404, 'no such task'))
refuseOthers('/tasks/:id', 'GET, HEAD, POST, PUT, DELETE, OPTIONS')

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
