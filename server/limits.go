package server

import (
	"log/slog"
	"net/http"
	"time"
)

// Limits bounds what one client can take from the others. Begin with DefaultLimits and change what you must: a zero is
// no sensible value for any of them.
type Limits struct {
	Header int   // bytes of a request line and header, to which net/http adds 4096; past it 431
	Body   int64 // bytes of a request's body; past it 413
	Key    int   // bytes of a decoded key or id, and of an Idempotency-Key; past it 400
	Stored int64 // bytes that the store holds, for NewMemory; past it 507
	Page   int   // tasks on a page of the list; who asks for more gets so many

	Operations int   // operations of a JSON Patch; past it 422
	Patch      int64 // bytes that a JSON Patch copies or compares, and elements of arrays that it moves; past it 422

	Connections int // that are open and wait for a request; past it the one that has waited longest closes
	Busy        int // connections within a request or a response; past it the one that takes longest closes
	Headers     int // bytes of the headers of all these requests; past it the one that takes longest closes
	Responses   int // bytes of responses that wait for their clients to read; past it the one that takes longest closes

	SmallBody int64         // bytes of a body that needs no turn; a body whose length is not known is not small
	Bodies    int           // requests with large bodies at once
	Work      int           // requests at once that do what a large body or a patch asks for
	Lists     int           // requests for which a list is put together at once
	Waiting   int           // requests that wait for a turn of one kind; past it 503
	Turn      time.Duration // for such a request to wait; past it 503

	ReadHeader time.Duration // for the client to send a header; past it the connection closes
	Read       time.Duration // for the client to send a header and the body; past it 408
	Write      time.Duration // from the header's end to the answer's; past it the connection closes
	Idle       time.Duration // between two requests on a connection; past it the connection closes
	Retry      time.Duration // for which an Idempotency-Key is remembered, unless the store lacks room
	Quiet      time.Duration // without a request when Serve stops; past it the idle connections close
	Grace      time.Duration // for the requests in flight when Serve stops; past it their connections close
}

// DefaultLimits returns limits that a lesson never meets and a flood does.
func DefaultLimits() Limits {
	return Limits{
		Header: 32 << 10,
		Body:   1 << 20,
		Key:    256,
		Stored: 64 << 20,
		Page:   1000,

		Operations: 1000,
		Patch:      1 << 20,

		Connections: 11_000,
		Busy:        1200,
		Headers:     4 << 20,
		Responses:   64 << 20,

		SmallBody: 16 << 10,
		Bodies:    8,
		Work:      1,
		Lists:     2,
		Waiting:   64,
		Turn:      time.Second,

		ReadHeader: 5 * time.Second,
		Read:       15 * time.Second,
		Write:      20 * time.Second,
		Idle:       time.Minute,
		Retry:      24 * time.Hour,
		Quiet:      100 * time.Millisecond,
		Grace:      10 * time.Second,
	}
}

// httpServer returns a server that keeps the limits of net/http. It speaks HTTP/1.0 and HTTP/1.1.
func httpServer(handler http.Handler, limits Limits, log *slog.Logger) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:           handler,
		Protocols:         protocols,
		MaxHeaderBytes:    limits.Header,
		ReadHeaderTimeout: limits.ReadHeader,
		ReadTimeout:       limits.Read,
		WriteTimeout:      limits.Write,
		IdleTimeout:       limits.Idle,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
