package prove_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/clients"
	"restlab/internal/prove"
)

// TestMain lets the tests run this program as each of the clients.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "client" {
		name := os.Args[2][len("--fault="):]
		if os.Args[2][:len("--choice=")] == "--choice=" {
			name = os.Args[2][len("--choice="):]
		}
		status, _ := clients.Run(name, os.Getenv, os.Stdout, os.Stderr)
		os.Exit(status)
	}
	os.Exit(m.Run())
}

func theClients(t *testing.T) prove.Clients {
	t.Helper()
	c, err := catalogue.Load(features.Clients)
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	return prove.Clients{Catalogue: c, Faults: clients.Faults(), Choices: clients.Choices(), Command: []string{self, "client"}}
}

// A few clients, others in each run. All of them are the business of restlab prove.
func TestClients(t *testing.T) {
	o := prove.Options{Clients: theClients(t), Parts: 6}
	o.Clients.Faults, o.Clients.Choices = sampleOf(o.Clients.Faults), sampleOf(o.Clients.Choices)
	proof := run(t, o)
	assert.Empty(t, proof.Wrong())
	assert.True(t, proof.Summary.Proved)
}

// Clients are looked at by one rule alone, and servers are left out where it is none of theirs.
func TestClientRule(t *testing.T) {
	proof := run(t, prove.Options{Clients: theClients(t), Rules: []string{"client.json"}})
	assert.True(t, proof.Summary.Proved, proof.Wrong())
	assert.Equal(t, 4, proof.Summary.Faults)
	assert.Len(t, proof.Rules, 1)
}

// Every rule for clients has a client that breaks it, and each client breaks rules that there are.
func TestClientsBreakEveryRule(t *testing.T) {
	all, broken := theClients(t), map[string]bool{}
	for _, f := range all.Faults {
		broken[f.Breaks[0]] = true
		for _, id := range f.Breaks {
			assert.NotNil(t, all.Catalogue.Rule(id), "%s breaks %s", f.Name, id)
		}
	}
	for _, rule := range all.Catalogue.Rules {
		assert.True(t, broken[rule.ID], rule.ID)
	}
	assert.GreaterOrEqual(t, len(all.Faults), 30)
	assert.GreaterOrEqual(t, len(all.Choices), 8)
}
