#!/bin/sh
# A client of items with curl: items.sh ITEMS_URL KEY. It repeats what may be repeated, and nothing else.
set -u
item="$1/items/$(printf %s "$2" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')" # every octet encoded is right too

# ask METHOD STATUSES [curl's words]: prints status and content; ends where the status is none of those.
ask() {
	method=$1 right=$2
	shift 2
	body=$(mktemp)
	if ! status=$(curl --silent --max-time 4 --request "$method" --output "$body" --write-out '%{http_code}' "$@" "$item"); then
		rm -f "$body"
		echo "items.sh: no answer to $method $item" >&2
		exit 1
	fi
	echo "$method: $status $(cat "$body")"
	rm -f "$body"
	case " $right " in
	*" $status "*) ;;
	*)
		echo "items.sh: $method $item was answered $status" >&2
		exit 1
		;;
	esac
}

again='--retry 3 --retry-all-errors --retry-max-time 8'
ask POST '201 409' --header 'Content-Type: application/json' --data '{"value": "Alice"}'
ask GET '200 404' $again
ask PUT '200 201 204' $again --header 'Content-Type: application/json' --data '{"value": "Bob"}'
ask DELETE '200 204 404' $again
