package readme

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
)

// difference is a way in which goldmark is known to depart from cmark-gfm, and so from
// GitHub, in what a user writes. Nothing of it excuses our own Markdown.
type difference struct {
	// why is what goldmark does.
	why string
	// example differs, which the test sees to: a row leaves when goldmark is mended.
	example string
	// where is the Markdown that may differ for this reason.
	where *regexp.Regexp
	// most is how many of the random samples differ for it; more are looked into.
	most int
}

func differences() []difference {
	address := regexp.MustCompile(`(?i)(?:https?|ftp|mailto|xmpp)\\?:|www\.|@`)
	row := regexp.MustCompile(`(?m)\| - \|`)
	return []difference{
		{"makes a table also where the line below its head has more columns", "a\n| - | - |\n", row, 52},
		{"has a table go on where an ordered list that does not begin with 1 ends it", "| a | b |\n| - | - |\n10) z\n", row, 0},
		{"takes [x] with no space behind it for a box, and loses a link so", "- [x](y)\n", regexp.MustCompile(`\[[ xX]\][^ ]`), 7},
		{"strikes out between runs of one and of two tildes", "~a~~\n", regexp.MustCompile(`~`), 18},
		{"takes <!--> for a whole comment, as CommonMark does since 0.31", "a <!-->\n", regexp.MustCompile(`<!--`), 2},
		{"counts symbols beyond ASCII as punctuation beside emphasis, as CommonMark does since 0.31", "*\U0001f600**=\n", regexp.MustCompile(`[*_]`), 23},
		{"ends a list item that begins with an empty line", "+\n  - a\n", regexp.MustCompile(`(?m)^[ >]*(?:[-+*]|[0-9]+[.)])[ \t]*$`), 2},
		{"makes no link of a web address behind punctuation", "=https://e.f\n", address, 62},
		{"ends an address before marks that cmark-gfm has in it", "www.e.f*a\n", address, 0},
		{"makes no link of a mail address with an escaped @", "a\\@b.cc\n", address, 0},
	}
}

// TestCmarkKnown: each known difference is there.
func TestCmarkKnown(t *testing.T) {
	t.Parallel()
	for _, d := range differences() {
		if !d.where.MatchString(d.example) || slices.Equal(structure(cmark(t, d.example)), structure(gold(t, d.example))) {
			t.Errorf("goldmark no longer %s: take the row out", d.why)
		}
	}
	t.Logf("%d known differences in what users write, none in ours", len(differences()))
}

// TestCmarkUsers: in what users write, both parsers see the same, apart from what is
// known, which does not grow.
func TestCmarkUsers(t *testing.T) {
	t.Parallel()
	blocks := []string{
		"# one\n", "## two `x` ##\n", "### *three*\n", "    # code\n", "\\# no\n", "\n", "\n", "text\n", "===\n", "---\n", "-\n", "- item\n", "  - nested\n",
		"1. one\n", "2. two\n", "   ```\n", "```\n", "~~~\n", "> quote\n", "> # in quote\n", "<!-- c -->\n", "<div>\n", "</div>\n", "| a | b |\n", "| - | - |\n", "| c |\n",
		"  more\n", "-    wide\n", "\t# tab\n", "+\n", "- - x\n", "10) z\n", "- [ ] t\n", "[x]: y\n", "[x]\n",
	}
	inline := append(inlineParts(), "[x](y)", "![i](j)", "<https://e.f>", "*", "**", "_", "~~", "`", "\\")
	r := rand.New(rand.NewPCG(31, 32))
	counts, all := make([]int, len(differences())), 0
	for i := range 3000 {
		markdown := pick(r, [][]string{blocks, inline}[i%2], 1+r.IntN(6)) + "\n"
		want, got := structure(cmark(t, markdown)), structure(gold(t, markdown))
		if slices.Equal(want, got) {
			all++
			continue
		}
		at := slices.IndexFunc(differences(), func(d difference) bool { return d.where.MatchString(markdown) })
		if at < 0 {
			t.Errorf("a difference that is not known: %q\ncmark-gfm %q\ngoldmark  %q", markdown, want, got)
			continue
		}
		counts[at]++
	}
	for i, d := range differences() {
		if counts[i] > d.most {
			t.Errorf("%d samples differ, not at most %d: goldmark %s", counts[i], d.most, d.why)
		}
	}
	t.Logf("%d of 3000 samples of what users write are the same, the others differ as known: %v", all, counts)
}
