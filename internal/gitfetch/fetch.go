package gitfetch

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// advert is a ref as a remote lists it.
type advert struct {
	name   string
	id     string
	peeled string // what an annotated tag points to in the end, or ""
}

func (a advert) target() string {
	if a.peeled != "" {
		return a.peeled
	}
	return a.id
}

// named reports whether the ref is one that Refs lists.
func (a advert) named() bool {
	return a.name == "HEAD" || a.stored()
}

// stored reports whether the ref is a branch or a tag.
func (a advert) stored() bool {
	return strings.HasPrefix(a.name, "refs/heads/") || strings.HasPrefix(a.name, "refs/tags/")
}

// ensure returns the cache with the object pinned in it.
func (s *session) ensure(ctx context.Context, id string) (*cache, error) {
	b, err := s.cache(ctx, id)
	if err != nil || b.pinned(id) {
		return b, err
	}
	err = s.locked(ctx, b, func() error {
		if b.pinned(id) { // by the process that was waited for
			return nil
		}
		if err := s.bring(ctx, b, id); err != nil {
			return err
		}
		return b.pin(id)
	})
	return b, err
}

// locked runs work on a cache that no other process writes to.
func (s *session) locked(ctx context.Context, b *cache, work func() error) error {
	lock, err := b.lock(ctx, func() { s.report.step("waiting for another process") })
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := b.sweep(); err != nil {
		return err
	}
	if err := work(); err != nil {
		return errors.Join(err, b.sweep())
	}
	return nil
}

// bring fetches an object: alone, else by a ref that points to it, else all.
func (s *session) bring(ctx context.Context, b *cache, id string) error {
	s.report.step("connecting")
	err := s.git.fetch(ctx, b, want{id: id})
	if errors.Is(err, errAbsent) {
		return absent(id)
	}
	if !errors.Is(err, errRefused) {
		return err
	}
	adverts, err := s.git.advertised(ctx, b)
	if err != nil {
		return err
	}
	for _, a := range adverts {
		if !a.stored() || a.id != id && a.peeled != id {
			continue
		}
		err := s.git.fetch(ctx, b, want{id: a.id})
		if err == nil && s.has(ctx, b, id) { // the ref may just have moved
			return nil
		}
		if err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errAbsent) {
			return err
		}
		break
	}
	if err := s.bringAll(ctx, b, adverts); err != nil {
		return err
	}
	if !s.has(ctx, b, id) {
		return absent(id)
	}
	return nil
}

// bringAll fetches all branches and tags with their history.
func (s *session) bringAll(ctx context.Context, b *cache, adverts []advert) error {
	var all []advert
	for _, a := range adverts {
		if a.stored() {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return errEmpty()
	}
	s.report.step("fetching the whole repository")
	return s.git.fetch(ctx, b, want{all: all})
}

func errEmpty() error {
	return &Error{Kind: KindRef, Reason: "the repository has no branch and no tag"}
}

func absent(id string) error {
	return &Error{Kind: KindRef, Reason: fmt.Sprintf("no commit %s: it was never there, or its branch was rewritten (force-pushed) or its tag moved, and it is not in the cache", id)}
}

// has reports whether the cache holds the object.
func (s *session) has(ctx context.Context, b *cache, id string) bool {
	objs, err := s.git.open(ctx, b)
	if err != nil {
		return false
	}
	defer objs.close()
	_, _, err = objs.stat(id)
	return err == nil
}

// fullID reports whether s is an object id, of SHA-1 or of SHA-256.
func fullID(s string) bool { return (len(s) == 40 || len(s) == 64) && isHex(s) }

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}

func short(id string) string { return id[:min(len(id), 10)] }
