package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"restlab/internal/labtest"
	"restlab/internal/proof"
	"restlab/internal/proof/client"
)

func theClients(t *testing.T) proof.Clients {
	t.Helper()
	return proof.Clients{Contract: labtest.ClientContract(t), Faults: client.Faults(), Choices: client.Choices()}
}

// A few clients, others in each run. All of them are the business of restlab prove.
func TestClients(t *testing.T) {
	labtest.Slow(t, "it grades many clients")
	o := proof.Options{Clients: theClients(t), Parts: 6}
	o.Clients.Faults, o.Clients.Choices = sampleOf(o.Clients.Faults), sampleOf(o.Clients.Choices)
	p := run(t, o)
	assert.Empty(t, p.Wrong())
	assert.True(t, p.Summary.Proved)
}

// Clients are looked at by one rule alone, and servers are left out where it is none of theirs.
func TestClientRule(t *testing.T) {
	labtest.Slow(t, "it grades many clients")
	p := run(t, proof.Options{Clients: theClients(t), Rules: []string{"client.json"}})
	assert.True(t, p.Summary.Proved, p.Wrong())
	assert.Equal(t, 4, p.Summary.Faults)
	assert.Len(t, p.Rules, 1)
}

// Every rule for clients has a client that breaks it, and each client breaks rules that there are.
func TestClientsBreakEveryRule(t *testing.T) {
	all, broken := theClients(t), map[string]bool{}
	for _, f := range all.Faults {
		broken[f.Breaks[0]] = true
		for _, id := range f.Breaks {
			assert.NotNil(t, all.Contract.Rule(id), "%s breaks %s", f.Name, id)
		}
	}
	for _, rule := range all.Contract.Rules {
		assert.True(t, broken[rule.ID], rule.ID)
	}
	assert.GreaterOrEqual(t, len(all.Faults), 30)
	assert.GreaterOrEqual(t, len(all.Choices), 8)
}
