<?php
// JSON Patch (RFC 6902) on decoded JSON, whose objects are stdClass.
declare(strict_types=1);

namespace JsonPatch;

use stdClass;

class Impossible extends \Exception
{
}

final class TestFailed extends Impossible
{
}

/** Returns what the operations make of the document. */
function apply(mixed $patch, mixed $document): mixed
{
    if (!is_array($patch)) {
        throw new Impossible('a JSON Patch is an array of operations');
    }
    foreach ($patch as $operation) {
        if (!$operation instanceof stdClass) {
            throw new Impossible('an operation is an object');
        }
        $document = perform($operation, $document);
    }
    return $document;
}

function perform(stdClass $operation, mixed $document): mixed
{
    $path = tokens($operation, 'path');
    $value = fn() => property_exists($operation, 'value') ? $operation->value : throw new Impossible('a value is missing');
    $from = fn() => tokens($operation, 'from');
    switch ($operation->op ?? null) {
        case 'add':
            return add($document, $path, $value());
        case 'remove':
            return remove($document, $path);
        case 'replace':
            look($document, $path);
            return $path === [] ? $value() : add(remove($document, $path), $path, $value());
        case 'copy':
            return add($document, $path, look($document, $from()));
        case 'move':
            if (count($path) > count($from()) && array_slice($path, 0, count($from())) === $from()) {
                throw new Impossible('nothing can be moved into itself');
            }
            return add(remove($document, $from()), $path, look($document, $from()));
        case 'test':
            return same(look($document, $path), $value()) ? $document : throw new TestFailed('what is there is something else');
    }
    throw new Impossible('the operation is unknown');
}

/** Splits a JSON Pointer (RFC 6901). */
function tokens(stdClass $operation, string $member): array
{
    $pointer = $operation->$member ?? null;
    if (!is_string($pointer) || !preg_match('#^(/([^~/]|~[01])*)*$#D', $pointer)) {
        throw new Impossible("$member is no JSON Pointer");
    }
    return str_replace(['~1', '~0'], ['/', '~'], array_slice(explode('/', $pointer), 1));
}

function place(array $list, string $token, bool $mayBeEnd): int
{
    if ($mayBeEnd && $token === '-') {
        return count($list);
    }
    if (!preg_match('/^(0|[1-9]\d{0,8})$/D', $token) || (int) $token > count($list) - ($mayBeEnd ? 0 : 1)) {
        throw new Impossible('there is no such place');
    }
    return (int) $token;
}

function look(mixed $node, array $path): mixed
{
    foreach ($path as $token) {
        $node = child($node, $token);
    }
    return $node;
}

function child(mixed $node, string $token): mixed
{
    return match (true) {
        is_array($node) => $node[place($node, $token, false)],
        $node instanceof stdClass && property_exists($node, $token) => $node->$token,
        default => throw new Impossible('there is no such place'),
    };
}

function add(mixed $node, array $path, mixed $value): mixed
{
    return change($node, $path, function (mixed $parent, string $token) use ($value) {
        if (is_array($parent)) {
            array_splice($parent, place($parent, $token, true), 0, [$value]);
        } elseif ($parent instanceof stdClass) {
            $parent->$token = $value;
        } else {
            throw new Impossible('there is no such place');
        }
        return $parent;
    }) ?? $value;
}

function remove(mixed $node, array $path): mixed
{
    look($node, $path);
    return change($node, $path, function (array|stdClass $parent, string $token) {
        if (is_array($parent)) {
            array_splice($parent, (int) $token, 1);
        } else {
            unset($parent->$token);
        }
        return $parent;
    }) ?? throw new Impossible('the whole cannot be removed');
}

/** Returns a copy of the node in which the parent at the path's end is changed, or null for the empty path. */
function change(mixed $node, array $path, callable $work): mixed
{
    if ($path === []) {
        return null;
    }
    $copy = is_object($node) ? clone $node : $node;
    $token = array_shift($path);
    if ($path === []) {
        return $work($copy, $token);
    }
    $inner = change(child($copy, $token), $path, $work);
    if (is_array($copy)) {
        $copy[(int) $token] = $inner;
    } else {
        $copy->$token = $inner;
    }
    return $copy;
}

/** Tells whether two JSON values are equal: 1 equals 1.0, and the order of members means nothing. */
function same(mixed $a, mixed $b): bool
{
    if ($a instanceof stdClass && $b instanceof stdClass) {
        [$a, $b] = [(array) $a, (array) $b];
    } elseif (!is_array($a) || !is_array($b)) {
        $numbers = (is_int($a) || is_float($a)) && (is_int($b) || is_float($b));
        return $numbers ? $a == $b : $a === $b;
    }
    if (count($a) !== count($b)) {
        return false;
    }
    foreach ($a as $name => $value) {
        if (!array_key_exists($name, $b) || !same($value, $b[$name])) {
            return false;
        }
    }
    return true;
}
