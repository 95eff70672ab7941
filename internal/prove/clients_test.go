package prove_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/clients"
	"restlab/internal/prove"
)

func theClients(t *testing.T) prove.Clients {
	t.Helper()
	c, err := catalogue.Load(features.Clients)
	require.NoError(t, err)
	return prove.Clients{Catalogue: c, Faults: clients.Faults(), Choices: clients.Choices()}
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
