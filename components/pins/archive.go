package pins

import (
	"fmt"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// archive pins a template that comes as a zip archive by the digest of its files. One
// in the project is read from there also later; one that is fetched goes into the cache.
func (k *Keeper) archive(call hclspec.ComponentCall, src components.Source) error {
	if err := components.Versioned(call, src); err != nil {
		return err
	}
	old, err := k.Pins()
	if err != nil {
		return err
	}
	s := Seen{Address: call.Address, Was: old[call.Address]}
	stays := s.Was.Digest != "" && components.Fits(s.Was, call, src) == nil && (k.Moves == nil || !k.Moves(call.Address))
	if s.Now = s.Was; !stays {
		s.Now = lockfile.Component{Address: call.Address, Source: src.String()}
	}
	if !stays || k.Checks || !k.atHand(s.Now, src) {
		now, err := k.Digest(call, src)
		if err != nil {
			return err
		}
		if stays && now != s.Now.Digest {
			s.Moved = fmt.Errorf("the archive %s holds other files than those that were pinned: the lock pins %s, and it holds %s now", src, s.Now.Digest, now)
		} else {
			s.Now.Digest = now
		}
	}
	s.Now = k.stamped(s.Now, s.Was)
	k.pins[call.Address] = s.Now
	k.seen = append(k.seen, s)
	return nil
}

// atHand reports whether a plan finds the files of a pin, and would tell if they are
// others.
func (k *Keeper) atHand(pin lockfile.Component, src components.Source) bool {
	if src.Remote() == "" {
		return true
	}
	_, err := k.Cache.Open(pin.Digest)
	return err == nil
}

// Digest is that of the files which an archive holds now. It fetches one that is not in
// the project.
func (k *Keeper) Digest(call hclspec.ComponentCall, src components.Source) (string, error) {
	if src.Remote() == "" {
		_, tree, err := components.Archive(k.Project, call.From, src)
		if err != nil {
			return "", err
		}
		return components.Digest(tree)
	}
	data, err := k.Remote.Archive(k.ctx, src.Remote())
	if err != nil {
		return "", err
	}
	tree, err := components.Unzip(data, src.Dir())
	if err != nil {
		return "", fmt.Errorf("%s: %w", src.Remote(), err)
	}
	return k.Cache.Put(tree)
}
