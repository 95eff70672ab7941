#!/bin/sh
# A client of tasks with curl, in the order of the course: tasks.sh TASKS_URL.
set -u
ask() {
	path=$1
	shift
	curl --silent --show-error --max-time 4 --include "$@" "$base/tasks$path" || { echo "tasks.sh: no answer from $base" >&2; exit 1; }
	echo
}
send() { ask "$@" --header 'Content-Type: application/json'; }
base=$1
send /task1 --data '{"description": "learn REST"}'
send /task2 --data '{"description": "go for a walk"}'
send /task1 --request PUT --data '{"complete": true}'
ask ''
ask /task2 --request DELETE
ask ''
