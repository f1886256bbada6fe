// Package internet is an Internet for a program under test that runs as a process of
// its own: a proxy through which the program reaches servers of tests under the names
// of real ones, over TLS, without a line in it that is there for tests. It leads
// nowhere else.
package internet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Internet knows some names.
type Internet struct {
	proxy *httptest.Server
	inner *http.Server
	conns *handed
	roots string // the file of its certificate
}

// New starts one in which each name is the server at an address. It ends with the test.
func New(tb testing.TB, names map[string]string) *Internet {
	tb.Helper()
	to := map[string]*url.URL{}
	var hosts []string
	for name, address := range names {
		u, err := url.Parse(address)
		if err != nil {
			tb.Fatal(err)
		}
		to[name] = u
		hosts = append(hosts, name)
	}
	certificate, roots, err := certify(hosts)
	if err != nil {
		tb.Fatal(err)
	}
	n := &Internet{conns: &handed{next: make(chan net.Conn), closed: make(chan struct{})}, roots: filepath.Join(tb.TempDir(), "roots.pem")}
	if err := os.WriteFile(n.roots, roots, 0o600); err != nil {
		tb.Fatal(err)
	}
	onward := &http.Transport{MaxIdleConnsPerHost: 100}
	n.inner = &http.Server{
		ReadHeaderTimeout: time.Minute,
		Handler: &httputil.ReverseProxy{Transport: onward, Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: to[r.In.Host].Scheme, Host: to[r.In.Host].Host})
		}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }},
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		_ = n.inner.Serve(tls.NewListener(n.conns, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}))
	})
	n.proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if r.Method != http.MethodConnect || err != nil || to[host] == nil {
			http.Error(w, "there is no "+r.Host, http.StatusBadGateway)
			return
		}
		n.connect(w)
	}))
	tb.Cleanup(func() {
		n.proxy.Close()
		_ = n.inner.Close() // its connections end with it
		serving.Wait()
		onward.CloseIdleConnections()
	})
	return n
}

// Address is where its proxy listens.
func (n *Internet) Address() string { return n.proxy.Listener.Addr().String() }

// Env are the settings with which a process sees nothing but this Internet.
func (n *Internet) Env() []string {
	return []string{"HTTPS_PROXY=" + n.proxy.URL, "HTTP_PROXY=", "NO_PROXY=", "SSL_CERT_FILE=" + n.roots, "SSL_CERT_DIR=" + filepath.Dir(n.roots)}
}

// connect hands the connection of a proxy's client to the inner server.
func (n *Internet) connect(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "it cannot be tunneled", http.StatusInternalServerError)
		return
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")); err != nil {
		_ = conn.Close()
		return
	}
	select {
	case n.conns.next <- conn:
	case <-n.conns.closed:
		_ = conn.Close()
	}
}

// handed is a listener of connections that are handed to it.
type handed struct {
	next   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (h *handed) Accept() (net.Conn, error) {
	select {
	case c := <-h.next:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

func (h *handed) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

func (*handed) Addr() net.Addr { return &net.TCPAddr{} }

// certify makes a certificate for hosts that stands for itself.
func certify(hosts []string) (pair tls.Certificate, roots []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair, nil, fmt.Errorf("make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test"}, DNSNames: hosts,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return pair, nil, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
