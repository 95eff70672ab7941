package grade_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/endpoint"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

// below is the reference with a path before all that it has.
func below(path string) http.Handler {
	inner := labtest.Handler()
	return http.StripPrefix(path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(&prefixing{ResponseWriter: w, path: path}, r)
	}))
}

// prefixing puts the path before the references in an answer.
type prefixing struct {
	http.ResponseWriter
	path  string
	begun bool
}

func (p *prefixing) Write(b []byte) (int, error) {
	if !p.begun {
		p.WriteHeader(http.StatusOK)
	}
	return p.ResponseWriter.Write(b)
}

func (p *prefixing) WriteHeader(status int) {
	p.begun = true
	for name, values := range p.Header() {
		for i, value := range values {
			switch name {
			case "Location", "Content-Location":
				values[i] = p.path + value
			case "Link":
				values[i] = strings.ReplaceAll(value, "</", "<"+p.path+"/")
			}
		}
	}
	p.ResponseWriter.WriteHeader(status)
}

// A server whose resources have a path before them keeps every rule, with TLS and behind a proxy too.
func TestBasePath(t *testing.T) {
	labtest.Slow(t, "it grades whole levels")
	const path = "/api/v1"
	plain := httptest.NewServer(below(path))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(below(path))
	secure.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	for base, level := range map[string]string{plain.URL + path: "production", secure.URL + path + "/": "http"} {
		at, err := endpoint.Find(t.Context(), base, endpoint.Trust{Insecure: true})
		require.NoError(t, err)
		result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Level: level}})
		assert.Empty(t, verdicts(result), base)
	}
}

// A certificate that nobody vouches for is refused, with a hint.
func TestUnknownCertificate(t *testing.T) {
	secure := httptest.NewUnstartedServer(labtest.Handler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	_, err := endpoint.Find(t.Context(), secure.URL, endpoint.Trust{})
	require.ErrorContains(t, err, "certificate")
	assert.Contains(t, lab.Hint(err), "--cacert")
	_, err = endpoint.Find(t.Context(), strings.Replace(secure.URL, "https", "http", 1), endpoint.Trust{})
	require.Error(t, err)
	assert.Contains(t, lab.Hint(err), "https://")
}
