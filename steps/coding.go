package steps

import (
	"net/http"
	"slices"
	"strings"

	"restlab/internal/wire"
)

// codedAnswerIsAnother checks that the compressed content of the last GET is a representation of its own: caches can tell it
// from the plain content, its strong ETag differs, and HEAD and 304 use that ETag (RFC 9110 §8.8.3, §12.5.5). A response
// without a coding passes.
func (s *Scenario) codedAnswerIsAnother() error {
	x, err := s.answer()
	if err != nil {
		return err
	}
	if s.last.Method != http.MethodGet {
		return broken("the sentence is for answers to GET")
	}
	if !x.Answer.IsCoded() {
		return nil
	}
	plain, err := s.getCoded("identity", http.MethodGet)
	if err != nil {
		return err
	}
	if !plain.Answer.IsCoded() {
		if err := areApart(x, plain); err != nil {
			return err
		}
	}
	return s.headAnd304Agree(x)
}

// areApart checks that caches can tell compressed content from plain content, and that their strong ETags differ.
func areApart(coded, plain *wire.Exchange) error {
	if vary := wire.List(coded.Answer.Header.Values("Vary")); !slices.ContainsFunc(vary, namesAcceptEncoding) {
		return failure(coded, atField("Vary"), "Accept-Encoding, as the content depends on it", orNone("Vary", strings.Join(vary, ", ")))
	}
	tag := coded.Answer.Header.Get("ETag")
	if wire.IsStrongETag(tag) && plain.Answer.Header.Get("ETag") == tag {
		return failure(plain, atField("ETag"), "another strong tag than that of the content in "+coded.Answer.Header.Get("Content-Encoding")+", or a weak one", tag)
	}
	return nil
}

func namesAcceptEncoding(field string) bool {
	return field == "*" || strings.EqualFold(field, "Accept-Encoding")
}

// headAnd304Agree sends HEAD, and GET with the ETag of the response, with the same codings.
func (s *Scenario) headAnd304Agree(coded *wire.Exchange) error {
	codings := s.last.Get("Accept-Encoding")
	tag := coded.Answer.Header.Get("ETag")
	head, err := s.getCoded(codings, http.MethodHead)
	if err != nil {
		return err
	}
	if theirs := head.Answer.Header.Get("ETag"); theirs != "" && tag != "" && theirs != tag {
		return failure(head, atField("ETag"), tag+", as GET answers with the same Accept-Encoding", theirs)
	}
	if tag == "" {
		return nil
	}
	again, err := s.getCoded(codings, http.MethodGet, wire.Field{Name: "If-None-Match", Value: tag})
	if err != nil {
		return err
	}
	if again.Answer.Status != http.StatusNotModified {
		return failure(again, atStatus, status(http.StatusNotModified)+", as the tag is that of the coded content", status(again.Answer.Status))
	}
	return nil
}

// getCoded sends GET to the target of the When with these codings.
func (s *Scenario) getCoded(codings, method string, fields ...wire.Field) (*wire.Exchange, error) {
	fields = append(fields, wire.Field{Name: "Accept-Encoding", Value: codings})
	return s.sendForAnswer(theClient, wire.Request{Method: method, Target: s.last.Target, Fields: fields})
}
