package steps

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"restlab/internal/wire"
)

// maxAtOnce is the largest number of clients in a feature.
const maxAtOnce = 200

// clientsAtOnce lets this many clients send the same request at the same moment. {n} is the number of the client.
func (s *Scenario) clientsAtOnce(count, method, target, body string) error {
	n, _ := strconv.Atoi(count)
	if n < 2 || n > maxAtOnce {
		return broken("2 to %d clients can send at once", maxAtOnce)
	}
	s.together = true
	s.asking = true
	defer func() { s.asking = false }()
	gate := wire.NewGate(n)
	exchanges := make([]*wire.Exchange, n)
	var clients sync.WaitGroup
	for i := range n {
		fill := func(text string) string { return strings.ReplaceAll(text, "{n}", strconv.Itoa(i+1)) }
		r := jsonRequest(method, s.fillTarget(fill(target)), s.body(fill(body)), s.fields...)
		at, err := s.endpoint(theClient, r)
		if err == nil {
			err = s.worthSending(r)
		}
		if err != nil {
			return err
		}
		c := s.client(theClient, at)
		c.Name, c.Keep, c.Content = oneOfMany+strconv.Itoa(i+1), false, shortContent
		clients.Go(func() {
			exchanges[i] = c.DoAt(s.ctx, r, gate)
			notAnswered(exchanges[i])
		})
	}
	clients.Wait()
	s.noteSilence(s.shape(exchanges[0].Request), exchanges...)
	for _, x := range exchanges {
		if err := s.record(x); err != nil {
			return err
		}
		s.answers = append(s.answers, x)
	}
	for _, x := range exchanges {
		if err := s.answered(x); err != nil {
			return err
		}
	}
	return nil
}

// oneIsDone checks that one of several requests that exclude each other was done: GET returns what it sent.
func (s *Scenario) oneIsDone(others string) error {
	set, err := parseStatuses(others)
	if err != nil {
		return err
	}
	var done *wire.Exchange
	for _, x := range s.answers {
		switch {
		case x.Answer.Status/100 != 2 && !set.has(x.Answer):
			return failure(x, atStatus, others+", or a 2xx for one of them", status(x.Answer.Status))
		case x.Answer.Status/100 == 2 && done != nil:
			return failure(x, atStatus, others+", because "+done.Client+" had already changed it", status(x.Answer.Status))
		case x.Answer.Status/100 == 2:
			done = x
		}
	}
	if done == nil {
		return failure(s.answers[0], atStatus, "any 2xx for one of them", "none")
	}
	var sent map[string]any
	if err := json.Unmarshal(done.Request.Body, &sent); err != nil {
		return broken("what was sent is no JSON object")
	}
	x, err := s.sendForAnswer(theClient, wire.Request{Method: http.MethodGet, Target: done.Request.Target})
	if err != nil {
		return err
	}
	if x.Answer.Status != http.StatusOK {
		return failure(x, atStatus, "200 OK with what "+done.Client+" has sent", status(x.Answer.Status))
	}
	return hasMembers(x, sent)
}
