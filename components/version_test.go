package components

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
)

// tagged makes tags, each at a commit of its own unless one is given as NAME=COMMIT.
func tagged(names string) []Tag {
	var list []Tag
	for _, n := range strings.Fields(names) {
		name, commit, given := strings.Cut(n, "=")
		if !given {
			commit = "of-" + name
		}
		list = append(list, Tag{name, commit})
	}
	return list
}

func TestTagVersion(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"v1.2.3": "1.2.3", "1.2.3": "1.2.3", "a/b/v1.2.3": "1.2.3", "v1.2.3-rc.1+b.01": "1.2.3-rc.1+b.01",
		"v2024.01.15": "2024.01.15", "1.2.3-0.a-b.-": "1.2.3-0.a-b.-", "1.2.3+x": "1.2.3+x",
		"v1": "", "v1.2": "", "1.2.3.4": "", "release-1.2.3": "", "V1.2.3": "", "vv1.2.3": "", "v1.2.x": "", "v1.2.3-": "",
		"v1.2.3+": "", "v1.2.3-rc.01": "", "v1.2.3-a..b": "", "v1.2.3rc1": "", "v-1.2.3": "", "": "", "v": "", "a/": "",
		"1.2.9999999999999999999": "", "1.2.3-é": "", "1.2.3~x": "", "v1.2.3/x": "",
	} {
		if got := (Tag{Name: name}).Version(); got != want {
			t.Errorf("%q states %q, want %q", name, got, want)
		}
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ tags, dir, want, tag, fault string }{
		{"v1.0.0 v1.2.0 v1.10.0 v2.0.0", "", "~> 1.2", "v1.10.0", ""},
		{"v1.0.0 v1.2.0 v1.10.0 v2.0.0", "", "", "v2.0.0", ""},
		{"v1.0.0 v1.2.0 v1.10.0 v2.0.0", "", "~> 1.2.0", "v1.2.0", ""},
		{"v1.0.0 1.2.0 nightly v1", "", ">= 1.0, < 2", "1.2.0", ""},
		{"v1.0.0 v1.1.0-rc.1", "", ">= 1.0", "v1.0.0", ""},
		{"v1.0.0 v1.1.0-rc.1", "", "!= 1.0.0", "", "the newest is 1.0.0"},
		{"v1.0.0 v1.1.0-rc.1 v1.1.0-rc.2 v1.2.0-rc.1", "", ">= 1.1.0-rc.1", "v1.1.0-rc.2", ""},
		{"v1.0.0 v1.1.0-rc.1", "", "1.1.0-rc.1", "v1.1.0-rc.1", ""},
		{"v1.0.0-alpha v1.0.0-alpha.1 v1.0.0-alpha.beta v1.0.0-beta.2 v1.0.0-beta.11", "", ">= 1.0.0-0", "v1.0.0-beta.11", ""},
		{"v1.0.0-alpha v1.0.0-alpha.beta", "", ">= 1.0.0-0", "v1.0.0-alpha.beta", ""},
		{"v1.0.0+a v1.0.0+b=of-v1.0.0+a", "", "1.0.0", "v1.0.0+a", ""},
		// Two spellings of one version.
		{"v1.0.0=x 1.0.0=x", "", "", "1.0.0", ""},
		{"v1.0.0=x 1.0.0=y", "", "", "", "1.0.0 and v1.0.0 state the same version at different commits, y and x"},
		{"v1.0.0=x 1.0.0=y v1.1.0", "", "", "v1.1.0", ""},
		// Folders.
		{"v1.0.0 a/b/v2.0.0 b/v3.0.0", "a/b", "", "a/b/v2.0.0", ""},
		{"v1.0.0 a/b/v2.0.0 b/v3.0.0", "", "", "v1.0.0", ""},
		{"v1.0.0 a/b/v2.0.0 b/v3.0.0", "c", "", "v1.0.0", ""},
		{"v1.0.0 a/b/v2.0.0", "a/b", "1.0.0", "", "the newest is 2.0.0"},
		{"/v1.0.0", "", "", "", "no tag of the repository is a version"},
		// None fits.
		{"v1.0.0 v1.1.0 v2.0.0 v3.1.0", "", "~> 1.2", "", "no version fits ~> 1.2: the nearest are 1.1.0 and 2.0.0, the newest is 3.1.0"},
		{"v1.0.0 v1.1.0 v2.0.0", "", "~>   1.2", "", "no version fits ~> 1.2: the nearest other is 1.1.0, the newest is 2.0.0"},
		{"v1.0.0 v1.2.0-rc.1", "", "~> 1.2", "", "the nearest other is 1.2.0-rc.1, the newest is 1.0.0 (a prerelease is taken only when version names it)"},
		{"v1.2.0-rc.1", "", "", "", "no version fits without a prerelease: the newest is 1.2.0-rc.1 (a prerelease"},
		{"v1.0.0", "", "2.0.0", "", "no version fits 2.0.0: the newest is 1.0.0"},
		{"main v1", "", "~> 1.2", "", "no version fits ~> 1.2: no tag of the repository is a version such as v1.2.3"},
		{"", "", "", "", "no version fits at all: no tag"},
		// Constraints that are none.
		{"v1.0.0", "", "latest", "", "latest is no version constraint; write one such as"},
		{"v1.0.0", "", "^1.2", "", "^1.2 is no version constraint"},
		{"v1.0.0", "", ">= 1.0,", "", "is no version constraint"},
		{"v1.0.0", "", ">= 99999999999999999999", "", "is no version constraint"},
		{"v1.0.0", "", "1.0" + strings.Repeat(", 1.0", 100), "", "is no version constraint"},
		{"v1.0.0", "", "\x1b[31m", "", `\u{1b}[31m is no version constraint`},
	} {
		got, err := Choose(tagged(c.tags), c.dir, c.want)
		switch {
		case c.fault == "" && (err != nil || got.Name != c.tag):
			t.Errorf("Choose(%s, %q, %q) = %s, %v, want %s", c.tags, c.dir, c.want, got.Name, err, c.tag)
		case c.fault != "" && (err == nil || got != Tag{} || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("Choose(%s, %q, %q) = %s,\n     %v\nwant %s", c.tags, c.dir, c.want, got.Name, err, c.fault)
		case errors.Is(err, ErrNoVersion) != strings.Contains(c.fault, "the newest is") && !strings.Contains(c.fault, "no tag"):
			t.Errorf("Choose(%s, %q, %q): %v", c.tags, c.dir, c.want, err)
		}
	}
}

func TestNewest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ tags, want, within, overall string }{
		{"v1.0.0 v1.2.0 v2.0.0 v3.0.0-rc.1", "~> 1.0", "v1.2.0", "v2.0.0"},
		{"v1.0.0 v1.2.0 v2.0.0 v3.0.0-rc.1", "", "v2.0.0", "v2.0.0"},
		{"v1.0.0 v2.0.0-rc.1", ">= 2.0.0-rc.1", "v2.0.0-rc.1", "v2.0.0-rc.1"},
		{"v2.0.0-rc.1", "", "", "v2.0.0-rc.1"},
		{"v1.0.0", "2.0.0", "", "v1.0.0"},
		{"v1.0.0=x 1.0.0=y", "", "1.0.0", "1.0.0"},
		{"main", "~> 1.0", "", ""},
	} {
		within, overall, err := Newest(tagged(c.tags), "", c.want)
		if err != nil || within.Name != c.within || overall.Name != c.overall {
			t.Errorf("Newest(%s, %q) = %s, %s, %v, want %s, %s", c.tags, c.want, within.Name, overall.Name, err, c.within, c.overall)
		}
	}
	if _, _, err := Newest(tagged("v1.0.0"), "", "latest"); err == nil {
		t.Error("latest passed for a constraint")
	}
}

// anyTag draws from few versions, so that they meet.
func anyTag(r *rand.Rand) Tag {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	name := pick("", "v", "v", "d/v") + pick("0", "1", "2") + "." + pick("0", "1", "10", "2") + "." + pick("0", "01", "1") +
		pick("", "", "", "-a", "-a.1", "-a.b", "-1", "-2", "-10", "-a.10", "-b") + pick("", "", "+x")
	return Tag{name, pick("x", "y")}
}

// TestChooseLaw compares with the definition: of the tags that fit, none is higher.
// The order of tags makes no difference, and precedence is a total order.
func TestChooseLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	wants := []string{"", "~> 1.0", ">= 1.1.0", "< 2.0.0", "!= 1.0.0", "1.10.0", ">= 1.0.0-a", "~> 1.0.0-a", "> 0.1, < 2.0.0-b", "<= 1.0.0"}
	for range 5000 {
		tags := make([]Tag, r.IntN(9))
		for i := range tags {
			tags[i] = anyTag(r)
		}
		dir, want := []string{"", "d"}[r.IntN(2)], wants[r.IntN(len(wants))]
		got, err := Choose(tags, dir, want)
		r.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })
		again, err2 := Choose(tags, dir, want)
		if got != again || (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
			t.Fatalf("Choose(%v, %q, %q) = %v, %v and then %v, %v", tags, dir, want, got, err, again, err2)
		}
		within, overall, _ := Newest(tags, dir, want)
		c, _ := parseConstraint(want)
		for _, rel := range releases(tags, dir) {
			if err == nil && c.allows(rel.v) && precedence(rel.v, version.Must(version.NewSemver(got.Version()))) > 0 {
				t.Fatalf("Choose(%v, %q, %q) = %v, and %v is higher", tags, dir, want, got, rel.tag)
			}
			if errors.Is(err, ErrNoVersion) && c.allows(rel.v) {
				t.Fatalf("Choose(%v, %q, %q): %v, and %v fits", tags, dir, want, err, rel.tag)
			}
		}
		if err == nil && (within.Version() != got.Version() || overall == Tag{}) || (within == Tag{}) != errors.Is(err, ErrNoVersion) {
			t.Fatalf("Choose(%v, %q, %q) = %v, %v and Newest %v, %v", tags, dir, want, got, err, within, overall)
		}
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	// The order of semver.org 2.0.0, rule 11, with numbers beyond 64 bits.
	order := strings.Fields("1.0.0-0 1.0.0-1 1.0.0-9 1.0.0-10 1.0.0-99999999999999999999 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1-a 1.0.1 1.1.0 2.0.0 10.0.0")
	for i, a := range order {
		for j, b := range order {
			got := precedence(version.Must(version.NewSemver(a)), version.Must(version.NewSemver(b)))
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%s and %s compare as %d", a, b, got)
			}
		}
	}
}

// FuzzChoose holds that no tag and no constraint does harm.
func FuzzChoose(f *testing.F) {
	f.Add("v1.0.0 1.1.0 d/v2.0.0 v1.0.0-rc.1+x main", "d", "~> 1.0")
	f.Add("v1.2.3", "", ">= 1.0.0-0, != 2")
	f.Fuzz(func(t *testing.T, names, dir, want string) {
		tags := tagged(names)
		got, err := Choose(tags, dir, want)
		if err == nil && (!slices.Contains(tags, got) || got.Version() == "") {
			t.Fatalf("Choose(%q, %q, %q) = %v", names, dir, want, got)
		}
		for _, tag := range tags {
			if v := tag.Version(); v != "" {
				if _, err := version.NewSemver(v); err != nil {
					t.Fatalf("%q states %q: %v", tag.Name, v, err)
				}
			}
		}
	})
}
