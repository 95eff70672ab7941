<?php
// Items and tasks with PHP's built-in server and SQLite: each request is a program of its own, and the store is a file.
//
// What it chooses where the contract leaves a choice: a write answers 204; POST on an existing key or id is refused with
// 409; a tag is drawn for each write, also of the same value; ids are base64, so that they need percent-encoding; errors are
// problem documents for everybody, with an "error" member; a page has at most 500 tasks, whatever the limit; the newest task
// is listed first; Location and Link are absolute.
declare(strict_types=1);

require __DIR__ . '/json_patch.php';

const MOST = 1 << 20; // bytes of a request's body

final class Refusal extends Exception
{
    public function __construct(public readonly int $status, string $why = '', public readonly array $fields = [])
    {
        parent::__construct($why);
    }
}

final class Answer
{
    public function __construct(public int $status, public mixed $state = null, public array $fields = [])
    {
    }
}

/** Keeps states of both kinds under their names, each with its tag. A deleted task's place is not used again. */
final class Store
{
    private PDO $db;

    public function __construct(string $file)
    {
        $this->db = new PDO("sqlite:$file", options: [PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_OBJ, PDO::ATTR_TIMEOUT => 60]);
        $this->db->exec('PRAGMA synchronous = OFF');
        $this->db->exec('CREATE TABLE IF NOT EXISTS states
            (place INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, name TEXT, state TEXT, tag TEXT, UNIQUE (kind, name))');
        $this->db->exec('CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, description TEXT, id TEXT)');
    }

    /** Does all that a request wants with nothing in between. */
    public function atOnce(callable $work): mixed
    {
        $this->db->exec('BEGIN IMMEDIATE');
        try {
            return $work();
        } finally {
            $this->db->exec('COMMIT');
        }
    }

    private function run(string $sql, mixed ...$values): PDOStatement
    {
        $statement = $this->db->prepare($sql);
        $statement->execute($values);
        return $statement;
    }

    public function get(string $kind, string $name): ?object
    {
        return $this->run('SELECT * FROM states WHERE kind = ? AND name = ?', $kind, $name)->fetch() ?: null;
    }

    public function put(string $kind, string $name, array $state): string
    {
        $tag = '"' . bin2hex(random_bytes(8)) . '"';
        $this->run('INSERT INTO states (kind, name, state, tag) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET state = excluded.state, tag = excluded.tag', $kind, $name, encode($state), $tag);
        return $tag;
    }

    public function delete(string $kind, string $name): void
    {
        $this->run('DELETE FROM states WHERE kind = ? AND name = ?', $kind, $name);
    }

    public function tasks(int $before, int $count): array
    {
        return $this->run("SELECT * FROM states WHERE kind = 'tasks' AND place < ? ORDER BY place DESC LIMIT ?", $before, $count)->fetchAll();
    }

    public function key(string $key): ?object
    {
        return $this->run('SELECT * FROM keys WHERE key = ?', $key)->fetch() ?: null;
    }

    public function remember(string $key, string $description, string $id): void
    {
        $this->run('INSERT INTO keys VALUES (?, ?, ?)', $key, $description, $id);
    }
}

function encode(mixed $state): string
{
    return json_encode($state, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR);
}

function decode(string $text): mixed
{
    return json_decode($text, flags: JSON_THROW_ON_ERROR);
}

function body(string $type = 'application/json'): mixed
{
    if (strtolower(trim(explode(';', $_SERVER['CONTENT_TYPE'] ?? '')[0])) !== $type) {
        throw new Refusal(415, "send $type", $_SERVER['REQUEST_METHOD'] === 'PATCH' ? ['Accept-Patch' => $type] : []);
    }
    $text = file_get_contents('php://input', length: MOST + 1);
    if (strlen($text) > MOST || ($_SERVER['CONTENT_LENGTH'] ?? 0) > MOST) {
        throw new Refusal(413, 'that is too much');
    }
    try {
        return decode($text);
    } catch (JsonException) {
        throw new Refusal(400, 'the body is not JSON');
    }
}

/** Takes those members from a body that are known, each of its type. */
function members(mixed $body, string ...$types): array
{
    if (!$body instanceof stdClass) {
        throw new Refusal(400, 'the body is not an object');
    }
    $taken = array_intersect_key((array) $body, $types);
    foreach ($taken as $name => $value) {
        if ($types[$name] !== 'mixed' && get_debug_type($value) !== $types[$name]) {
            throw new Refusal(422, "$name has to be a $types[$name]");
        }
    }
    return $taken;
}

function need(array $members, string $name): mixed
{
    return array_key_exists($name, $members) ? $members[$name] : throw new Refusal(400, "$name is missing");
}

/** Holds the request's preconditions (RFC 9110 §13) against what is there. */
function check(?object $entry): void
{
    $listed = fn(string $field): array => array_map('trim', explode(',', $_SERVER[$field]));
    $fits = $entry ? [$entry->tag, '*'] : [];
    if (isset($_SERVER['HTTP_IF_MATCH']) && !array_intersect($fits, $listed('HTTP_IF_MATCH'))) {
        throw new Refusal(412, 'it has changed');
    }
    if (isset($_SERVER['HTTP_IF_NONE_MATCH']) && $entry) {
        if (array_intersect($fits, preg_replace('/^W\//', '', $listed('HTTP_IF_NONE_MATCH')))) {
            $reads = in_array($_SERVER['REQUEST_METHOD'], ['GET', 'HEAD']);
            throw $reads ? new Refusal(304, fields: ['ETag' => $entry->tag]) : new Refusal(412, 'it exists already');
        }
    }
}

function find(Store $store, string $kind, string $name): object
{
    $entry = $store->get($kind, $name) ?? throw new Refusal(404, 'nothing is here');
    check($entry);
    return $entry;
}

function item(Store $store, string $method, string $key): Answer
{
    $put = function (string $method) use ($store, $key): Answer {
        $state = ['value' => need(members(body(), value: 'mixed'), 'value')];
        $entry = $store->get('items', $key);
        check($entry);
        if ($entry && $method === 'POST') {
            throw new Refusal(409, 'the key exists already');
        }
        return new Answer($entry ? 204 : 201, null, ['ETag' => $store->put('items', $key, $state)]);
    };
    return match ($method) {
        'POST', 'PUT' => $put($method),
        'PATCH' => patchItem($store, $key, body('application/json-patch+json')),
        default => readOrDelete($store, $method, 'items', $key),
    };
}

function patchItem(Store $store, string $key, mixed $patch): Answer
{
    $entry = find($store, 'items', $key);
    try {
        $state = members(JsonPatch\apply($patch, decode($entry->state)), value: 'mixed');
    } catch (JsonPatch\Impossible $impossible) {
        throw new Refusal($impossible instanceof JsonPatch\TestFailed ? 409 : 422, $impossible->getMessage());
    }
    need($state, 'value');
    return new Answer(204, null, ['ETag' => $store->put('items', $key, $state)]);
}

function readOrDelete(Store $store, string $method, string $kind, string $name): Answer
{
    $entry = find($store, $kind, $name);
    if ($method !== 'DELETE') {
        return new Answer(200, decode($entry->state), ['ETag' => $entry->tag]);
    }
    $store->delete($kind, $name);
    return new Answer(204);
}

function task(Store $store, string $method, string $id): Answer
{
    $change = function (array $members) use ($store, $id): Answer {
        $task = [...(array) decode(find($store, 'tasks', $id)->state), ...$members];
        return new Answer(204, null, ['ETag' => $store->put('tasks', $id, $task)]);
    };
    return match ($method) {
        'POST' => addTask($store, $id, need(members(body(), description: 'string'), 'description')),
        'PUT' => $change(members(body(), complete: 'bool')),
        'PATCH' => $change(members(body('application/merge-patch+json'), complete: 'bool', description: 'string')),
        default => readOrDelete($store, $method, 'tasks', $id),
    };
}

function addTask(Store $store, string $id, string $description): Answer
{
    if ($store->get('tasks', $id)) {
        throw new Refusal(409, 'the id exists already');
    }
    $tag = $store->put('tasks', $id, ['id' => $id, 'description' => $description, 'complete' => false]);
    return new Answer(201, null, ['ETag' => $tag, 'Location' => base() . '/tasks/' . rawurlencode($id)]);
}

function base(): string
{
    return "http://$_SERVER[HTTP_HOST]";
}

function tasks(Store $store, string $method): Answer
{
    return $method === 'POST' ? createTask($store) : listTasks($store);
}

function createTask(Store $store): Answer
{
    $description = need(members(body(), description: 'string'), 'description');
    $key = $_SERVER['HTTP_IDEMPOTENCY_KEY'] ?? null;
    $before = $key === null ? null : $store->key($key);
    if ($before && $before->description !== $description) {
        throw new Refusal(422, 'this Idempotency-Key came with another body before');
    }
    if ($before) {
        return new Answer(201, null, ['Location' => base() . '/tasks/' . rawurlencode($before->id)]);
    }
    $id = base64_encode(random_bytes(10));
    if ($key !== null) {
        $store->remember($key, $description, $id);
    }
    return addTask($store, $id, $description);
}

function listTasks(Store $store): Answer
{
    $limit = $_GET['limit'] ?? null;
    if ($limit !== null && (!is_string($limit) || !preg_match('/^[1-9]\d{0,8}$/', $limit))) {
        throw new Refusal(400, 'limit is not a number above 0');
    }
    $count = $limit === null ? PHP_INT_MAX - 1 : min((int) $limit, 500);
    $before = ctype_digit($_GET['before'] ?? '') ? (int) $_GET['before'] : PHP_INT_MAX;
    $found = $store->tasks($before, $count + 1);
    $page = array_slice($found, 0, $count);
    $next = http_build_query(['limit' => $limit, 'before' => end($page)->place ?? 0]);
    $link = count($page) < count($found) ? ['Link' => '<' . base() . "/tasks?$next>; rel=\"next\""] : [];
    return new Answer(200, array_map(fn(object $entry) => decode($entry->state), $page), $link);
}

function respond(): Answer
{
    $path = explode('/', parse_url('http://host' . $_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
    [$handle, $methods, $patch] = match (true) {
        count($path) === 3 && $path[1] === 'items' && $path[2] !== '' => [item(...), 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS', 'application/json-patch+json'],
        count($path) === 3 && $path[1] === 'tasks' && $path[2] !== '' => [task(...), 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS', 'application/merge-patch+json'],
        $path === ['', 'tasks'] => [tasks(...), 'GET, HEAD, POST, OPTIONS', null],
        default => throw new Refusal(404, 'there is no such path'),
    };
    $offer = ['Allow' => $methods] + ($patch ? ['Accept-Patch' => $patch] : []);
    $method = $_SERVER['REQUEST_METHOD'];
    if ($method === 'OPTIONS') {
        return new Answer(204, null, $offer);
    }
    if (!in_array($method, explode(', ', $methods))) {
        throw new Refusal(405, 'this is not done here', $offer);
    }
    $store = new Store(get_cfg_var('zoo.database'));
    return $store->atOnce(fn() => $handle($store, $method, rawurldecode($path[2] ?? '')));
}

try {
    $answer = respond();
} catch (Refusal $refusal) {
    $answer = new Answer($refusal->status, ['title' => $refusal->getMessage(), 'error' => $refusal->getMessage()], $refusal->fields);
} catch (Throwable $bug) {
    error_log((string) $bug);
    $answer = new Answer(500, ['title' => 'that was our fault', 'error' => 'that was our fault']);
}
http_response_code($answer->status);
header('Cache-Control: no-cache');
foreach ($answer->fields as $name => $value) {
    header("$name: $value");
}
if ($answer->status === 304 || $answer->state === null) {
    ini_set('default_mimetype', '');
} else {
    header('Content-Type: application/' . ($answer->status < 400 ? 'json' : 'problem+json'));
    echo encode($answer->state);
}
