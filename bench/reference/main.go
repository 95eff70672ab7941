// Command reference serves package server and nothing else of the lab, as plain and bare serve what they are. Its one
// argument is the address to listen on.
package main

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net"
	"os"

	"restlab/server"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	limits := server.DefaultLimits()
	handler := server.New(server.NewMemory(limits.Stored), limits, slog.Default())
	fmt.Printf("Serving items and tasks at http://%s\n", listener.Addr())
	log.Fatal(server.Serve(context.Background(), handler, limits, slog.Default(), listener))
}
