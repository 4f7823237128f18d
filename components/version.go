package components

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"github.com/mlops-as-code/mlops/internal/show"
)

// maxConstraint is the longest version constraint that is read, in bytes.
const maxConstraint = 256

// Tag is a tag of a repository.
type Tag struct {
	// Name is the tag without refs/tags/, as "v1.2.3" or "components/api/v1.2.3".
	Name string
	// Commit is the commit that the tag leads to, through tag objects, in hex.
	Commit string
}

// Version is the version that a tag states: MAJOR.MINOR.PATCH of digits, then
// optionally a prerelease and build metadata as semver.org 2.0.0 has them. A "v"
// and, up to the last slash, a folder stand before it and are left out. Other tags,
// such as v1 or release-1.2.3, state none: "".
func (t Tag) Version() string {
	text := strings.TrimPrefix(t.Name[strings.LastIndexByte(t.Name, '/')+1:], "v")
	if !isVersion(text) {
		return ""
	}
	return text
}

// isVersion judges the form. Leading zeros are let pass in the three numbers, for
// versions that are dates.
func isVersion(text string) bool {
	text, build, hasBuild := strings.Cut(text, "+")
	core, pre, hasPre := strings.Cut(text, "-")
	if hasBuild && !identifiers(build, false) || hasPre && !identifiers(pre, true) {
		return false
	}
	numbers := strings.Split(core, ".")
	for _, n := range numbers {
		if len(n) > 18 || !isNumber(n) { // more digits do not fit into 64 bits
			return false
		}
	}
	return len(numbers) == 3
}

// identifiers reports whether text is identifiers with dots between them. Numbers
// may be told to have no leading zero.
func identifiers(text string, strict bool) bool {
	for part := range strings.SplitSeq(text, ".") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !isAlnum(r) && r != '-' }) ||
			strict && len(part) > 1 && part[0] == '0' && isNumber(part) {
			return false
		}
	}
	return true
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// release is a tag that states a version.
type release struct {
	tag Tag
	v   *version.Version
}

// releases returns the tags that state a version of what lies at dir, highest
// first; of one version, by name. When tags begin with the folder, as in
// DIR/v1.2.3, only these count for it; else those without a folder do.
func releases(tags []Tag, dir string) []release {
	var whole, part []release
	for _, t := range tags {
		at, is := "", false
		if i := strings.LastIndexByte(t.Name, '/'); i >= 0 {
			at, is = t.Name[:i], true
		}
		if is && (at == "" || at != dir) {
			continue
		}
		text := t.Version()
		if text == "" {
			continue
		}
		v, err := version.NewSemver(text)
		switch {
		case err != nil:
		case is:
			part = append(part, release{t, v})
		default:
			whole = append(whole, release{t, v})
		}
	}
	if len(part) == 0 {
		part = whole
	}
	slices.SortFunc(part, func(a, b release) int {
		return cmp.Or(precedence(b.v, a.v), strings.Compare(a.tag.Name, b.tag.Name), strings.Compare(a.tag.Commit, b.tag.Commit))
	})
	return part
}

// precedence compares two versions of three numbers by semver.org 2.0.0 rule 11.
// The library differs from it in prereleases that begin alike.
func precedence(a, b *version.Version) int {
	p, q := a.Prerelease(), b.Prerelease()
	if c := slices.Compare(a.Segments64(), b.Segments64()); c != 0 || p == q {
		return c
	}
	if p == "" || q == "" {
		return strings.Compare(q, p)
	}
	return slices.CompareFunc(strings.Split(p, "."), strings.Split(q, "."), func(x, y string) int {
		switch m, n := isNumber(x), isNumber(y); {
		case m && n:
			return cmp.Or(len(x)-len(y), strings.Compare(x, y))
		case m:
			return -1
		case n:
			return 1
		}
		return strings.Compare(x, y)
	})
}

// constraint is what a version must fulfil; the zero one is fulfilled by all
// versions but prereleases.
type constraint struct {
	all version.Constraints
	// named are the versions that stand in it, in order.
	named []*version.Version
}

func parseConstraint(text string) (constraint, error) {
	var c constraint
	if strings.TrimSpace(text) == "" {
		return c, nil
	}
	all, err := version.NewConstraint(text)
	if err != nil || len(text) > maxConstraint {
		return c, fmt.Errorf("%s is no version constraint; write one such as \"~> 1.2\", \">= 1.2, < 3.0\" or \"1.2.3\"", show.Clip(text, 80))
	}
	c.all = all
	for _, one := range all {
		v, err := version.NewVersion(strings.Trim(one.String(), " \t\n\v\f\r<>=!~"))
		if err != nil {
			return c, fmt.Errorf("%s is no version", show.Clip(one.String(), 80))
		}
		c.named = append(c.named, v)
	}
	return c, nil
}

// allows reports whether v fits. A prerelease fits only when the constraint names
// one of the same three numbers.
func (c constraint) allows(v *version.Version) bool {
	if v.Prerelease() == "" {
		return c.all.Check(v)
	}
	named := slices.ContainsFunc(c.named, func(n *version.Version) bool {
		return n.Prerelease() != "" && slices.Equal(n.Segments64(), v.Segments64())
	})
	return named && c.all.Check(v)
}

// ErrNoVersion is what Choose's error wraps when no tag fits.
var ErrNoVersion = errors.New("no version fits")

// Choose returns the tag of the highest version of dir ("" is the top) that fits a
// constraint in the syntax of github.com/hashicorp/go-version; "" fits all. What
// counts as a version says Tag.Version. A tag DIR/v1.2.3 is a version of the folder
// DIR; such a folder has no others. A prerelease is chosen only when the constraint
// names one of the same three numbers.
//
// When two tags state the chosen version, as v1.0.0 and 1.0.0 do, they must lead to
// the same commit, and the first by name is returned; else that is an error which
// names both. An error that wraps ErrNoVersion names the versions next to what was
// asked for and the newest. The result does not depend on the order of tags.
func Choose(tags []Tag, dir, want string) (Tag, error) {
	c, err := parseConstraint(want)
	if err != nil {
		return Tag{}, err
	}
	list := releases(tags, dir)
	i := slices.IndexFunc(list, func(r release) bool { return c.allows(r.v) })
	if i < 0 {
		return Tag{}, noVersion(list, c, want)
	}
	best := list[i]
	for _, r := range list[i+1:] {
		if precedence(r.v, best.v) != 0 {
			break
		}
		if r.tag.Commit != best.tag.Commit {
			return Tag{}, fmt.Errorf("the tags %s and %s state the same version at different commits, %s and %s; ask for one of them with ?ref=",
				show.Clip(best.tag.Name, 80), show.Clip(r.tag.Name, 80), show.Clip(best.tag.Commit, 12), show.Clip(r.tag.Commit, 12))
		}
	}
	return best.tag, nil
}

// noVersion says what there is instead.
func noVersion(list []release, c constraint, want string) error {
	want = show.Clip(strings.Join(strings.Fields(want), " "), 80)
	if len(list) == 0 {
		return fmt.Errorf("%w %s: no tag of the repository is a version such as v1.2.3; leave out version and write ?ref= with a branch, tag or commit", ErrNoVersion, cmp.Or(want, "at all"))
	}
	var below, above string
	if len(c.named) > 0 {
		for _, r := range list { // highest first
			if precedence(r.v, c.named[0]) <= 0 {
				below = cmp.Or(below, r.tag.Version())
			} else {
				above = r.tag.Version()
			}
		}
	}
	newest := newestOf(list).tag.Version()
	near := []string{below, above}
	near = slices.DeleteFunc(near, func(v string) bool { return v == "" || v == newest })
	text := "the newest is " + show.Clip(newest, 80)
	switch len(near) {
	case 1:
		text = "the nearest other is " + show.Clip(near[0], 80) + ", " + text
	case 2:
		text = "the nearest are " + show.Clip(near[0], 80) + " and " + show.Clip(near[1], 80) + ", " + text
	}
	if slices.ContainsFunc(append(near, newest), func(v string) bool { return strings.Contains(v, "-") }) {
		text += " (a prerelease is taken only when version names it)"
	}
	return fmt.Errorf("%w %s: %s", ErrNoVersion, cmp.Or(want, "without a prerelease"), text)
}

// newestOf is the newest of list that is no prerelease, or the newest of all. The
// list is not empty.
func newestOf(list []release) release {
	i := slices.IndexFunc(list, func(r release) bool { return r.v.Prerelease() == "" })
	return list[max(i, 0)]
}

// Newest returns the tags of the newest version of dir within a constraint and of
// the newest at all, which is a prerelease only when there is nothing else or when
// it is the one within. Either is zero when there is none. It only reports: of two
// tags of one version it returns the first by name, whatever their commits. The
// error is a malformed constraint.
func Newest(tags []Tag, dir, want string) (within, overall Tag, err error) {
	c, err := parseConstraint(want)
	if err != nil {
		return Tag{}, Tag{}, err
	}
	list := releases(tags, dir)
	if len(list) == 0 {
		return Tag{}, Tag{}, nil
	}
	newest := newestOf(list)
	i := slices.IndexFunc(list, func(r release) bool { return c.allows(r.v) })
	if i < 0 {
		return Tag{}, newest.tag, nil
	}
	if precedence(list[i].v, newest.v) > 0 {
		newest = list[i]
	}
	return list[i].tag, newest.tag, nil
}
