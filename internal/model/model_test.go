package model_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"restlab/internal/labtest"
	"restlab/internal/model"
	"restlab/internal/wire"

	"github.com/stretchr/testify/require"
)

// A server that is right agrees with the model, whatever is drawn.
func TestReference(t *testing.T) {
	at := serve(t, labtest.Handler())
	sent := 0
	start := time.Now()
	for range some(3) {
		d, err := model.Run(t.Context(), options(at, seed(t), &sent))
		require.NoError(t, err)
		requireAgreement(t, d)
	}
	t.Log(sent, "requests in", time.Since(start))
}

func options(at address, seed uint64, sent *int) model.Options {
	client := &wire.Client{Name: "client", Base: at.base, Address: at.dial, Timeout: time.Minute, Keep: true}
	send := func(ctx context.Context, r wire.Request) *wire.Exchange {
		*sent++
		return client.Do(ctx, r)
	}
	return model.Options{Seed: seed, Items: send, Tasks: send, Prefix: fresh}
}

var drawn atomic.Uint64

func fresh() string { return "m" + strconv.FormatUint(drawn.Add(1)+1e9, 36) }

func requireAgreement(t *testing.T, d *model.Disagreement) {
	t.Helper()
	if d != nil {
		require.Fail(t, "disagreement", story(d))
	}
}

// story is a disagreement as a reader sees it.
func story(d *model.Disagreement) string {
	text := ""
	for _, x := range d.Exchanges {
		text += "\n" + x.Curl()
		if x.Answer != nil {
			text += "\n    " + strconv.Itoa(x.Answer.Status) + " " + x.Answer.Header.Get("ETag") + " " + x.Answer.Text().Line(200)
		}
	}
	return text + "\nat " + d.At + "\nexpected " + d.Expected + "\nreceived " + d.Received + "\nnote " + d.Note
}

type address struct{ base, dial string }

func serve(t *testing.T, handler http.Handler) address {
	return serveOn(t, handler, func(l net.Listener) net.Listener { return l })
}

func serveOn(t *testing.T, handler http.Handler, listening func(net.Listener) net.Listener) address {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(listening(l)) // returns when it is closed
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
	return address{"http://" + l.Addr().String(), l.Addr().String()}
}
