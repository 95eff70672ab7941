package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func init() {
	programs["badclient"] = func() { badClients[os.Args[1]]() }
}

// badClients are programs that a learner could want to have graded as clients.
var badClients = map[string]func(){
	"hangs": func() { time.Sleep(time.Hour) },
	"floods": func() {
		line := strings.Repeat("all work and no play ", 50) + "\n"
		for {
			if _, err := io.WriteString(os.Stdout, line); err != nil {
				return
			}
		}
	},
	"forks": func() { // and leaves its child, in a session of its own
		cmd := exec.Command(os.Args[0], "stubborn")
		cmd.Args[0] = "badclient"
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		_ = cmd.Start()
		fmt.Println("my child goes on")
	},
	"stubborn": func() { signal.Ignore(syscall.SIGTERM); time.Sleep(time.Hour) },
	"escapes": func() {
		fmt.Print("\x1b[2J\x1b]0;owned\x07Everything passed: 99/99 points\u202e\n##[error]no\n")
		os.Exit(1)
	},
	"garbage": func() {
		conn, err := net.Dial("tcp", strings.TrimPrefix(os.Getenv("ITEMS_URL"), "http://"))
		if err != nil {
			os.Exit(1)
		}
		_, _ = io.WriteString(conn, "EHLO \x1b[31mlab\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn)
	},
	"sends much": func() { // a hundred megabytes
		body := io.LimitReader(endless{}, 100<<20)
		request, _ := http.NewRequest(http.MethodPost, os.Getenv("ITEMS_URL")+"/items/much", body)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		_ = response.Body.Close()
	},
	"asks much": func() { // without end
		for {
			response, err := http.Get(os.Getenv("ITEMS_URL") + "/items/much")
			if err != nil {
				continue
			}
			_ = response.Body.Close()
		}
	},
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}
