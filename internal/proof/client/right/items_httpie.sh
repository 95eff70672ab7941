#!/bin/sh
# A client of items with HTTPie: items_httpie.sh ITEMS_URL.
set -u
ask() {
	method=$1
	shift
	http --ignore-stdin --check-status --timeout=3 --print=hb "$method" "$item" "$@"
	case $? in
	0 | 4) ;; # 4: a 4xx, which it has printed
	*)
		echo "items_httpie.sh: $method $item had no success" >&2
		exit 1
		;;
	esac
}
item=$1/items/username
ask POST value=Alice
ask GET
ask PUT value=Bob
ask DELETE
