#!/bin/sh
# A careful client in curl. Usage: curl.sh API LOSSY
# LOSSY is the same API at the end of a line that loses the first answer to a POST. Files go to the current folder.
set -eu
api=$1
lossy=$2
json='Content-Type: application/json'

# ask sends a request and prints the status; the body of the answer is in the file body.
ask() {
	curl --disable --noproxy '*' --silent --show-error --max-time 120 --output body --write-out '%{http_code}' "$@"
}

echo "create: $(ask -X PUT "$api/items/colours" -H "$json" -d '{"value": ["blue"]}')"

# A conditional GET: the first answer's ETag is kept, and sent in If-None-Match.
echo "read: $(ask --etag-save etag "$api/items/colours") $(cat body)"
echo "read again: $(ask --etag-compare etag "$api/items/colours")"

# A safe retry: the answer is lost, curl sends the same request again, and the key says so.
add() {
	ask --retry 5 --retry-all-errors --dump-header header \
		-H "$json" -H 'Idempotency-Key: "one-task"' -d '{"description": "learn"}' "$1/tasks"
}
location() {
	tr -d '\r' <header | sed -n 's/^[Ll]ocation: *//p'
}
echo "add: $(add "$lossy")"
task=$(location)
again=$(add "$api")
test "$(location)" = "$task" && again="$again, the same task"
echo "add again: $again"

# A change of a part, of nothing but what was read.
patch() {
	ask -X PATCH "$api/items/colours" -H "If-Match: $(tr -d '\r\n' <etag)" -H 'Content-Type: application/json-patch+json' \
		-d '[{"op": "add", "path": "/value/-", "value": "green"}]'
}
echo "patch: $(patch)"
echo "patch what has changed since: $(patch)"
echo "read: $(ask "$api/items/colours") $(cat body)"
echo "merge patch: $(ask -X PATCH "$api$task" -H 'Content-Type: application/merge-patch+json' -d '{"complete": true}')"
