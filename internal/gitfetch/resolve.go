package gitfetch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	version "github.com/hashicorp/go-version"

	"github.com/mlops-as-code/mlops/internal/show"
)

// minAbbreviation is the fewest digits of a commit id that are taken for one.
const minAbbreviation = 7

// resolve finds the commit that ref names.
func (s *session) resolve(ctx context.Context, ref string) (string, error) {
	if lower := strings.ToLower(ref); fullID(lower) {
		return s.peel(ctx, lower)
	}
	if ref == "" {
		ref = "HEAD"
	}
	adverts, err := s.advertised(ctx)
	if err != nil {
		return "", err
	}
	if len(adverts) == 0 {
		return "", errEmpty()
	}
	target, err := pick(adverts, ref)
	if err != nil || target != "" {
		return target, err
	}
	if lower := strings.ToLower(ref); len(ref) >= minAbbreviation && isHex(lower) {
		target, err = s.complete(ctx, adverts, lower)
	}
	if err == nil && target == "" {
		err = noRef(adverts, ref)
	}
	return target, err
}

// pick finds a ref by its full or short name, or returns "".
func pick(adverts []advert, ref string) (string, error) {
	var tag, branch, exact string
	for _, a := range adverts {
		switch a.name {
		case ref:
			exact = a.target()
		case "refs/tags/" + ref:
			tag = a.target()
		case "refs/heads/" + ref:
			branch = a.target()
		}
	}
	switch {
	case exact != "" && (ref == "HEAD" || strings.HasPrefix(ref, "refs/")):
		return exact, nil
	case tag != "" && branch != "" && tag != branch:
		return "", &Error{Kind: KindRef, Reason: fmt.Sprintf("%q is a tag and a branch: write refs/tags/%[1]s or refs/heads/%[1]s", ref)}
	case tag != "":
		return tag, nil
	}
	return branch, nil
}

// peel fetches the object and returns the commit that it is or, as a tag, names.
func (s *session) peel(ctx context.Context, id string) (string, error) {
	b, err := s.ensure(ctx, id)
	if err != nil {
		return "", err
	}
	objs, err := s.git.open(ctx, b)
	if err != nil {
		return "", err
	}
	defer objs.close()
	for range 10 { // tags of tags
		kind, content, err := objs.read(id, s.limits.File)
		if err != nil {
			return "", err
		}
		if kind == "commit" {
			return id, nil
		}
		if kind != "tag" {
			return "", &Error{Kind: KindRef, Reason: fmt.Sprintf("%s is a %s, not a commit", id, kind)}
		}
		if id = field(content, "object"); id == "" {
			break
		}
	}
	return "", &Error{Kind: KindContent, Reason: "a tag names no commit"}
}

// complete finds the one commit whose id starts with the digits: among the refs,
// then in the cache, then in all history. It returns "" when there is none.
func (s *session) complete(ctx context.Context, adverts []advert, digits string) (string, error) {
	var ids []string
	for _, a := range adverts {
		if a.named() && strings.HasPrefix(a.target(), digits) {
			ids = append(ids, a.target())
		}
	}
	if id, err := unique(ids, digits); err != nil || id != "" {
		return id, err
	}
	b, err := s.cache(ctx, adverts[0].id)
	if err != nil {
		return "", err
	}
	if id, err := s.known(ctx, b, digits); err != nil || id != "" {
		return id, err
	}
	if err := s.locked(ctx, b, func() error { return s.bringAll(ctx, b, adverts) }); err != nil {
		return "", err
	}
	return s.known(ctx, b, digits)
}

// known finds the one commit of the cache whose id starts with the digits.
func (s *session) known(ctx context.Context, b *cache, digits string) (string, error) {
	objs, err := s.git.open(ctx, b)
	if err != nil {
		return "", err
	}
	defer objs.close()
	ids, err := objs.prefix(digits)
	if err != nil {
		return "", err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		kind, _, err := objs.stat(id)
		return err != nil || kind != "commit"
	})
	return unique(ids, digits)
}

func unique(ids []string, digits string) (string, error) {
	slices.Sort(ids)
	switch ids = slices.Compact(ids); len(ids) {
	case 0:
		return "", nil
	case 1:
		return ids[0], nil
	}
	return "", &Error{Kind: KindRef, Reason: fmt.Sprintf("%s is the start of several commits: %s", digits, strings.Join(ids[:2], ", "))}
}

// noRef says that ref is not there, and what is.
func noRef(adverts []advert, ref string) error {
	var names, tags []string
	for _, a := range adverts {
		if name, ok := strings.CutPrefix(a.name, "refs/tags/"); ok {
			names, tags = append(names, name), append(tags, name)
		} else if name, ok := strings.CutPrefix(a.name, "refs/heads/"); ok {
			names = append(names, name)
		}
	}
	reason := fmt.Sprintf("no branch, tag or commit %q", show.Clip(ref, 100))
	if name := nearest(ref, names); name != "" {
		reason += fmt.Sprintf(": did you mean %q?", show.Clip(name, 100))
	}
	if tags = newest(tags, 5); len(tags) > 0 {
		reason += " (newest tags: " + show.Clip(strings.Join(tags, ", "), 200) + ")"
	}
	return &Error{Kind: KindRef, Reason: reason}
}

// newest returns the n highest versions among the tags, or other tags when none
// is a version.
func newest(tags []string, n int) []string {
	parsed := map[string]*version.Version{}
	for _, t := range tags {
		if v, err := version.NewVersion(t); err == nil {
			parsed[t] = v
		}
	}
	tags = slices.Clone(tags)
	slices.SortFunc(tags, func(a, b string) int {
		switch va, vb := parsed[a], parsed[b]; {
		case va != nil && vb != nil:
			return vb.Compare(va)
		case va != nil:
			return -1
		case vb != nil:
			return 1
		}
		return strings.Compare(b, a)
	})
	return tags[:min(n, len(tags))]
}

// nearest returns the name that is most like the one given, or "".
func nearest(given string, names []string) string {
	names = slices.Sorted(slices.Values(names))
	best, limit := "", max(2, len(given)/3)+1
	for _, name := range names {
		if len(given)+len(name) > 400 { // the distance takes quadratic time
			continue
		}
		if d := levenshtein.Distance(strings.ToLower(given), strings.ToLower(name), nil); d < limit {
			best, limit = name, d
		}
	}
	return best
}

// field returns an id from the header of a commit or a tag, or "".
func field(content []byte, name string) string {
	for line := range strings.Lines(string(content)) {
		if line == "\n" {
			break
		}
		if id, ok := strings.CutPrefix(line, name+" "); ok && fullID(strings.TrimSuffix(id, "\n")) {
			return strings.TrimSuffix(id, "\n")
		}
	}
	return ""
}
