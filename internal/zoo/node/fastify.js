// Items and tasks with Fastify, bodies checked by JSON Schema.
//
// What it chooses where the contract leaves a choice: writes answer 204, POST on what is there included; members that it
// does not know are refused with 400; an error is a problem document with an "error" member; tasks are listed by what they
// say; Location has no host.
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'

const app = Fastify({
  // A schema says what is right, so nothing is to be made right: the text "true" is no boolean.
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
})
app.removeContentTypeParser('text/plain')

const items = new Map()
const tasks = new Map()

const object = (properties, required = []) => ({
  body: { type: 'object', properties, required, additionalProperties: false },
})
const item = { schema: object({ value: {} }, ['value']) }
const newTask = { schema: object({ description: { type: 'string' } }, ['description']) }
const change = { schema: object({ complete: { type: 'boolean' } }) }

const missing = () => Object.assign(new Error('nothing is here'), { statusCode: 404 })

app.setErrorHandler((error, request, reply) => {
  const status = error.statusCode ?? 500
  if (status === 500) console.error(error)
  const title = status === 500 ? 'that was our fault' : error.message
  reply.code(status).type('application/problem+json').send(JSON.stringify({ title, status, error: title }))
})
app.setNotFoundHandler(() => {
  throw missing()
})

// refuseOthers answers 405 to every method that the path does not have.
function refuseOthers(url, ...methods) {
  const allow = [...methods, 'HEAD', 'OPTIONS'].join(', ')
  app.options(url, (request, reply) => reply.code(204).header('Allow', allow).send())
  app.route({
    url,
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !methods.includes(method)),
    onRequest(request, reply) {
      reply.code(405).header('Allow', allow).send({ error: 'this is not done here' })
    },
    handler() {},
  })
}

app.get('/items/:key', async ({ params: { key } }) => {
  if (!items.has(key)) throw missing()
  return { value: items.get(key) }
})
for (const method of ['PUT', 'POST']) {
  app.route({
    method,
    url: '/items/:key',
    ...item,
    async handler({ params: { key }, body: { value } }, reply) {
      const status = items.has(key) ? 204 : 201
      items.set(key, value)
      return reply.code(status).send()
    },
  })
}
app.delete('/items/:key', async ({ params: { key } }, reply) => {
  if (!items.delete(key)) throw missing()
  return reply.code(204).send()
})
refuseOthers('/items/:key', 'GET', 'PUT', 'POST', 'DELETE')

app.get('/tasks', async () => [...tasks.values()].sort((a, b) => a.description.localeCompare(b.description)))
app.post('/tasks', newTask, async ({ body: { description } }, reply) => {
  const id = randomUUID()
  tasks.set(id, { id, description, complete: false })
  return reply.code(201).header('Location', `/tasks/${id}`).send(tasks.get(id))
})
refuseOthers('/tasks', 'GET', 'POST')

app.get('/tasks/:id', async ({ params: { id } }) => {
  if (!tasks.has(id)) throw missing()
  return tasks.get(id)
})
app.post('/tasks/:id', newTask, async ({ params: { id }, body: { description } }, reply) => {
  const status = tasks.has(id) ? 204 : 201
  tasks.set(id, { id, description, complete: false })
  return reply.code(status).send()
})
app.put('/tasks/:id', change, async ({ params: { id }, body }, reply) => {
  if (!tasks.has(id)) throw missing()
  Object.assign(tasks.get(id), body)
  return reply.code(204).send()
})
app.delete('/tasks/:id', async ({ params: { id } }, reply) => {
  if (!tasks.delete(id)) throw missing()
  return reply.code(204).send()
})
refuseOthers('/tasks/:id', 'GET', 'POST', 'PUT', 'DELETE')

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
