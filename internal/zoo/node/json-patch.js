// JSON Patch (RFC 6902) on plain values.
import { isDeepStrictEqual } from 'node:util'

export class PatchError extends Error {}
export class TestError extends PatchError {}

// applyPatch returns what the operations make of the document, which itself stays as it is.
export function applyPatch(document, operations) {
  if (!Array.isArray(operations)) throw new PatchError('a JSON Patch is an array of operations')
  let root = structuredClone(document)
  for (const operation of operations) root = step(root, operation)
  return root
}

function step(root, operation) {
  if (operation === null || typeof operation !== 'object') throw new PatchError('an operation is an object')
  const { op, path, from } = operation
  const needsValue = ['add', 'replace', 'test'].includes(op)
  if (needsValue && !Object.hasOwn(operation, 'value')) throw new PatchError(`${op} lacks a value`)
  switch (op) {
    case 'add':
      return put(root, tokens(path), structuredClone(operation.value), true)
    case 'replace':
      return put(root, tokens(path), structuredClone(operation.value), false)
    case 'remove':
      return take(root, tokens(path))
    case 'test':
      if (!isDeepStrictEqual(look(root, tokens(path)), operation.value)) throw new TestError(`${path} is something else`)
      return root
    case 'copy':
      return put(root, tokens(path), structuredClone(look(root, tokens(from))), true)
    case 'move': {
      if (path !== from && path.startsWith(`${from}/`)) throw new PatchError('nothing can be moved into itself')
      const value = look(root, tokens(from))
      return put(take(root, tokens(from)), tokens(path), value, true)
    }
    default:
      throw new PatchError('the operation is unknown')
  }
}

// tokens splits a JSON Pointer (RFC 6901).
function tokens(pointer) {
  if (typeof pointer !== 'string' || !/^(\/([^~]|~[01])*)?$/.test(pointer)) throw new PatchError('a JSON Pointer is needed')
  return pointer.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const missing = () => new PatchError('there is no such place')

function look(node, path) {
  for (const token of path) {
    if (node === null || typeof node !== 'object') throw missing()
    if (Array.isArray(node) ? !isIndex(token) : false) throw missing()
    if (!Object.hasOwn(node, token)) throw missing()
    node = node[token]
  }
  return node
}

const isIndex = (token) => /^(0|[1-9][0-9]*)$/.test(token)

function put(root, path, value, mayBeNew) {
  if (path.length === 0) return value
  const parent = look(root, path.slice(0, -1))
  const name = path.at(-1)
  if (!mayBeNew) look(parent, [name])
  if (Array.isArray(parent)) {
    const index = mayBeNew && name === '-' ? parent.length : Number(name)
    if (!(name === '-' && mayBeNew) && !isIndex(name) || index > parent.length) throw missing()
    parent.splice(index, mayBeNew ? 0 : 1, value)
  } else if (parent !== null && typeof parent === 'object') {
    Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true })
  } else throw missing()
  return root
}

function take(root, path) {
  look(root, path)
  if (path.length === 0) throw new PatchError('the whole cannot be removed')
  const parent = look(root, path.slice(0, -1))
  if (Array.isArray(parent)) parent.splice(Number(path.at(-1)), 1)
  else delete parent[path.at(-1)]
  return root
}
