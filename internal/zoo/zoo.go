// Package zoo holds servers and clients that others could have written, in other languages, and grades them as a
// learner would. They run where their language is installed; a test that cannot run says so.
//
// The servers were written for this folder, from the contract alone, and each chooses differently where the contract leaves
// a choice; the first comment of each says how. Each keeps the level that servers_test.go gives it in full: where one
// fails, the grader is as likely at fault as the server, and RFC 9110 decides.
//
//	python/  Flask; FastAPI; http.server of the standard library, one connection after the other
//	node/    node:http; Express; Fastify; Koa; Hono; NestJS
//	go/      chi; gin; Fiber: a module of its own
//	java/    com.sun.net.httpserver of the JDK; Spring MVC on Jetty
//	php/     PHP's built-in server, with SQLite
//	ruby/    Sinatra
//
// To add one: write it so that it listens on 127.0.0.1 at the port in PORT, say in its first comment what it chooses, give it
// a line in servers_test.go, and have .ci/run install what it needs. Then grade it more often than the tests do:
//
//	SEEDS=10 go test ./internal/zoo -run TestServers/NAME -v -timeout 1h
package zoo
