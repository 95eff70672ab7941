package endpoint

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"restlab/internal/lab"
)

// Trust says which certificates of https servers are believed. The zero Trust believes what the system does.
type Trust struct {
	Insecure bool           // any certificate
	Roots    *x509.CertPool // nil for those of the system
}

// ReadTrust returns the trust that the values of --insecure and --cacert stand for. The error is a *lab.Error.
func ReadTrust(insecure bool, file string) (Trust, error) {
	t := Trust{Insecure: insecure}
	if file == "" {
		return t, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return t, lab.Usage(fmt.Sprintf("--cacert: %s cannot be read", shown(file)), "--cacert takes the file with the certificate of your authority, in PEM")
	}
	t.Roots = x509.NewCertPool()
	if !t.Roots.AppendCertsFromPEM(pem) {
		return t, lab.Usage(fmt.Sprintf("--cacert: %s has no certificate", shown(file)), "a certificate in PEM begins with -----BEGIN CERTIFICATE-----")
	}
	return t, nil
}

// config returns how to speak TLS with the host.
func (t Trust) config(host string) *tls.Config {
	return &tls.Config{
		ServerName: host, RootCAs: t.Roots, InsecureSkipVerify: t.Insecure, //nolint:gosec // a person has asked for it
		NextProtos: []string{"http/1.1"}, ClientSessionCache: tls.NewLRUClientSessionCache(64),
	}
}
