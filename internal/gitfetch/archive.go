package gitfetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Archive returns the file at a URL, https or, on this machine, http: no larger than
// Limits.Tree, without credentials, and from where a redirect leads only by the same
// scheme. Errors are *Error.
func (f *Fetcher) Archive(ctx context.Context, url string) ([]byte, error) {
	var data []byte
	err := f.do(ctx, url, func(ctx context.Context, s *session) (err error) {
		data, err = (&library{s}).download(ctx)
		return err
	})
	return data, err
}

func (l *library) download(ctx context.Context) ([]byte, error) {
	if l.remote.scheme != "https" && l.remote.scheme != "http" {
		return nil, &Error{Kind: KindURL, Reason: "is no https URL, from which alone an archive is fetched"}
	}
	client, err := l.client()
	if err != nil {
		return nil, err
	}
	if l.remote.scheme == "http" {
		client.CheckRedirect = func(*http.Request, []*http.Request) error {
			return errors.New("http redirect: is not followed")
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.remote.text, http.NoBody)
	if err != nil {
		return nil, err
	}
	l.report.step("fetching the archive")
	resp, err := client.Do(req)
	if err != nil {
		return nil, l.failure(ctx, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden:
		return nil, &Error{Kind: KindAccess, Reason: "access denied: an archive is fetched without credentials; put a copy into the project, or name the template's repository"}
	case resp.StatusCode != http.StatusOK:
		return nil, &Error{Kind: KindRepository, Reason: fmt.Sprintf("there is no archive: the server answers %d", resp.StatusCode)}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, l.limits.Tree+1))
	if err != nil {
		return nil, l.failure(ctx, err)
	}
	if int64(len(data)) > l.limits.Tree {
		return nil, overLimit("the archive is over the limit of %s", bytesOf(l.limits.Tree))
	}
	return data, nil
}
