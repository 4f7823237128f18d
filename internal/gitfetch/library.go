package gitfetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
	"golang.org/x/net/http/httpproxy"
)

// library is the backend without git: go-git's smart HTTP client, which knows no
// credentials. The proxy and certificate variables of the environment hold.
type library struct{ *session }

const whyNoGit = "needs the git program, which was not found: without it only public repositories over https can be read"

// connect opens the repository and lists its refs.
func (l *library) connect(ctx context.Context) (transport.UploadPackSession, *packp.AdvRefs, error) {
	if l.remote.scheme != "https" && l.remote.scheme != "http" {
		return nil, nil, &Error{Kind: KindURL, Reason: whyNoGit}
	}
	end, err := transport.NewEndpoint(l.remote.text)
	if err != nil {
		return nil, nil, err
	}
	client, err := l.client()
	if err != nil {
		return nil, nil, err
	}
	follow := githttp.FollowInitialRedirects
	if l.remote.scheme == "http" {
		follow = githttp.NoFollowRedirects
	}
	up, err := githttp.NewClientWithOptions(client, &githttp.ClientOptions{RedirectPolicy: follow}).NewUploadPackSession(end, nil)
	if err != nil {
		return nil, nil, err
	}
	refs, err := up.AdvertisedReferencesContext(ctx)
	if err != nil {
		return nil, nil, l.failure(ctx, err)
	}
	return up, refs, nil
}

// client is an HTTP client that counts what it receives.
func (l *library) client() (*http.Client, error) {
	proxy := &httpproxy.Config{HTTPProxy: l.env("HTTP_PROXY"), HTTPSProxy: l.env("HTTPS_PROXY"), NoProxy: l.env("NO_PROXY")}
	choose := proxy.ProxyFunc()
	t := &http.Transport{
		Proxy:             func(r *http.Request) (*url.URL, error) { return choose(r.URL) },
		DisableKeepAlives: true, // nobody would close them
		ForceAttemptHTTP2: true,
	}
	if file := l.env("GIT_SSL_CAINFO"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("GIT_SSL_CAINFO: %w", err)
		}
		t.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		t.TLSClientConfig.RootCAs.AppendCertsFromPEM(text)
	}
	return &http.Client{Transport: &meter{s: l.session, next: t}}, nil
}

// env returns a variable in upper or, as is usual for proxies, lower case.
func (l *library) env(name string) string {
	for _, v := range slices.Backward(l.f.Env) {
		if n, value, _ := strings.Cut(v, "="); strings.EqualFold(n, name) {
			return value
		}
	}
	return ""
}

// meter stops a transfer that is over the limit.
type meter struct {
	s    *session
	next http.RoundTripper
	got  int64
}

var errTransfer = errors.New("over the limit of the transfer")

// RoundTrip counts the body's bytes while they are read.
func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != m.s.remote.scheme {
		return nil, fmt.Errorf("http redirect: leads to %s, which is not followed", r.URL.Scheme)
	}
	resp, err := m.next.RoundTrip(r)
	if err == nil {
		resp.Body = &metered{resp.Body, m}
	}
	return resp, err
}

type metered struct {
	io.ReadCloser
	m *meter
}

// Read fails with errTransfer once there is too much.
func (b *metered) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.m.got += int64(n); b.m.got > b.m.s.limits.Transfer {
		return 0, errTransfer
	}
	b.m.s.report.update(func(s *Progress) { s.Bytes = b.m.got })
	return n, err
}

// failure explains an error of go-git, which keeps only the text of some causes.
func (l *library) failure(ctx context.Context, err error) error {
	var known *Error
	text := err.Error()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &known):
		return err
	case errors.Is(err, errTransfer), strings.Contains(text, errTransfer.Error()):
		return l.tooMuch()
	case strings.Contains(text, "object-format=sha256"):
		return noSHA256()
	case strings.Contains(text, saysAbsent):
		return errAbsent
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		return &Error{Kind: KindAccess, Reason: "access denied: it does not exist or is not public, and a private one " + whyNoGit, err: err}
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return &Error{Kind: KindRepository, Reason: "no such repository", err: err}
	}
	var netErr *url.Error
	e := diagnose([]string{text})
	if errors.As(err, &netErr) && e.Kind == KindOther {
		e = &Error{Kind: KindUnreachable, Reason: adviceReach + " (" + clean(netErr.Err.Error()) + ")"}
	}
	e.Reason = strings.Replace(e.Reason, "(git: ", "(", 1)
	e.err = err
	return e
}

func noSHA256() error {
	return &Error{Kind: KindOther, Reason: "a SHA-256 repository needs the git program, which was not found"}
}

// advertised lists the refs.
func (l *library) advertised(ctx context.Context, _ *cache) ([]advert, error) {
	_, refs, err := l.connect(ctx)
	if errors.Is(err, transport.ErrEmptyRemoteRepository) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return adverts(refs), nil
}

func adverts(refs *packp.AdvRefs) []advert {
	var out []advert
	if refs.Head != nil {
		out = append(out, advert{name: "HEAD", id: refs.Head.String()})
	}
	for name, id := range refs.References {
		if !plain(name) {
			continue
		}
		a := advert{name: name, id: id.String()}
		if peeled, ok := refs.Peeled[name]; ok {
			a.peeled = peeled.String()
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b advert) int { return strings.Compare(a.name, b.name) })
	return out
}

// fetch receives one pack.
func (l *library) fetch(ctx context.Context, b *cache, w want) error {
	if len(w.id) > 40 {
		return noSHA256()
	}
	up, refs, err := l.connect(ctx)
	if err != nil {
		return err
	}
	req := packp.NewUploadPackRequestFromCapabilities(refs.Capabilities)
	for _, id := range w.ids() {
		req.Wants = append(req.Wants, plumbing.NewHash(id))
	}
	if w.all == nil {
		if !refs.Capabilities.Supports(capability.Shallow) || !offered(refs, w.id) {
			return errRefused
		}
		req.Wants, req.Depth = []plumbing.Hash{plumbing.NewHash(w.id)}, packp.DepthCommits(1)
		err = req.Capabilities.Set(capability.Shallow)
	}
	if refs.Capabilities.Supports(capability.NoProgress) {
		err = errors.Join(err, req.Capabilities.Set(capability.NoProgress))
	}
	if err != nil {
		return err
	}
	l.report.step("receiving objects")
	resp, err := up.UploadPack(ctx, req)
	if err != nil {
		return l.failure(ctx, err)
	}
	defer resp.Close()
	if err := l.receive(ctx, b, demux(req, resp)); err != nil {
		return l.failure(ctx, err)
	}
	return b.cut(resp.Shallows)
}

// offered reports whether the server lets the object be asked for.
func offered(refs *packp.AdvRefs, id string) bool {
	if refs.Capabilities.Supports(capability.AllowReachableSHA1InWant) || refs.Capabilities.Supports(capability.Capability("allow-any-sha1-in-want")) {
		return true
	}
	return slices.ContainsFunc(adverts(refs), func(a advert) bool { return a.id == id })
}

func demux(req *packp.UploadPackRequest, r io.Reader) io.Reader {
	switch {
	case req.Capabilities.Supports(capability.Sideband64k):
		return sideband.NewDemuxer(sideband.Sideband64k, r)
	case req.Capabilities.Supports(capability.Sideband):
		return sideband.NewDemuxer(sideband.Sideband, r)
	}
	return r
}

// cut notes commits whose parents were not sent, as git does (gitshallow(5)).
func (b *cache) cut(at []plumbing.Hash) error {
	text, err := os.ReadFile(b.path + "/shallow")
	if gone(err) != nil {
		return err
	}
	lines := strings.Fields(string(text))
	for _, h := range at {
		lines = append(lines, h.String())
	}
	if len(at) == 0 {
		return nil
	}
	slices.Sort(lines)
	return b.put("shallow", strings.Join(slices.Compact(lines), "\n")+"\n")
}
