// Package clients has clients that others wrote do what a careful program does with an API: read again only what has
// changed, send again what may have been lost, and change a part without overwriting somebody else's change. Its tests
// run them against `restlab serve`, a process of its own:
//
//	curl.sh            curl
//	with_requests.py   Python requests
//	fetch.html         the fetch of a browser, here Chromium
//
// Each one prints the same transcript.
package clients
