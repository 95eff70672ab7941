"""JSON Patch (RFC 6902) and what two Python programs need besides of JSON."""

import copy
import json


class Impossible(Exception):
    """The patch is none, or one of its operations cannot be done."""


class TestFailed(Exception):
    """A test of the patch asked for something else than what is there."""


def refuse(name):
    raise ValueError(name + ' is not JSON')


def loads(octets):
    """Decodes one JSON text. Raises ValueError, for NaN and for what is not UTF-8 too."""
    return json.loads(octets.decode('utf-8'), parse_constant=refuse)


def same(a, b):
    """Equality of JSON: 1 equals 1.0, and true does not equal 1, as it does in Python."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def apply(patch, document):
    """Returns what the operations make of the document, which itself stays as it is."""
    if not isinstance(patch, list):
        raise Impossible('a JSON Patch is an array of operations')
    document = {'': copy.deepcopy(document)}  # so that the whole has a parent like any part
    for operation in patch:
        try:
            perform(operation, document)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise Impossible('an operation cannot be done') from error
    return document['']


def perform(operation, document):
    op, parent, name = operation['op'], *locate(document, operation['path'])
    if op == 'test':
        if not same(read(parent, name), operation['value']):
            raise TestFailed('what is there is not what the test asks for')
    elif op == 'add':
        add(parent, name, operation['value'])
    elif op == 'remove':
        remove(parent, name)
    elif op == 'replace':
        read(parent, name)
        parent[place(parent, name)] = operation['value']
    elif op == 'copy':
        add(parent, name, copy.deepcopy(read(*locate(document, operation['from']))))
    elif op == 'move':
        if (operation['path'] + '/').startswith(operation['from'] + '/') and operation['path'] != operation['from']:
            raise Impossible('nothing can be moved into itself')
        source, old = locate(document, operation['from'])
        value = read(source, old)
        remove(source, old)
        add(*locate(document, operation['path']), value)
    else:
        raise Impossible('the operation is unknown')


def locate(document, pointer):
    """Returns the parent of what the pointer (RFC 6901) names, and its name there."""
    if pointer and not pointer.startswith('/'):
        raise Impossible('a pointer begins with a slash')
    *parents, name = [token.replace('~1', '/').replace('~0', '~') for token in pointer.split('/')]
    for token in parents:
        document = read(document, token)
    return document, name


def place(parent, name):
    """Returns the name as its parent counts: an array by numbers."""
    if isinstance(parent, dict):
        return name
    if not isinstance(parent, list) or not name.isascii() or not name.isdigit() or name != str(int(name)):
        raise Impossible('there is no such place')
    return int(name)


def read(parent, name):
    return parent[place(parent, name)]


def add(parent, name, value):
    if isinstance(parent, dict):
        parent[name] = value
        return
    index = len(parent) if name == '-' else place(parent, name)
    if index > len(parent):
        raise Impossible('that is behind the end')
    parent.insert(index, value)


def remove(parent, name):
    del parent[place(parent, name)]
