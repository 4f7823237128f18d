package effect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	before := []File{{"LICENSE_BSD", []byte("bsd"), false}, {"LICENSE_MIT", []byte("mit"), false}, {"run", []byte("x"), false}, {"same", []byte("s"), true}}
	after := []File{{"LICENSE", []byte("mit"), false}, {"new", []byte("new"), true}, {"run", []byte("x"), true}, {"same", []byte("s"), true}}
	want := []Change{
		{Path: "LICENSE", Copy: "LICENSE_MIT"},
		{Path: "LICENSE_BSD", Delete: true},
		{Path: "LICENSE_MIT", Delete: true},
		{Path: "new", Content: []byte("new"), Executable: true},
		{Path: "run", Copy: "run", Executable: true},
	}
	e := Effect{Project: Diff(before, after)}
	if diff := cmp.Diff(want, e.Project); diff != "" {
		t.Error(diff)
	}
	if a, c, d := e.Count(before); a != 2 || c != 1 || d != 2 {
		t.Error(a, c, d)
	}
}

const sample = `{
  "version": 1,
  "effects": [
    {
      "before": "sha256:12",
      "hooks": [
        {
          "name": "post_gen_project",
          "path": "hooks/post_gen_project.py",
          "digest": "34"
        }
      ],
      "project": [
        {
          "path": "a",
          "delete": true
        },
        {
          "path": "b",
          "mode": "0755",
          "text": [
            "one <&>",
            ""
          ]
        },
        {
          "path": "c",
          "base64": [
            "AP8="
          ]
        },
        {
          "path": "d",
          "copy": "a"
        },
        {
          "path": "e",
          "text": [
            ""
          ]
        }
      ]
    }
  ]
}
`

func TestRecord(t *testing.T) {
	t.Parallel()
	r := &Record{Effects: []Effect{{
		Before: "sha256:12", Hooks: []Hook{{"post_gen_project", "hooks/post_gen_project.py", "34"}},
		Project: []Change{
			{Path: "a", Delete: true},
			{Path: "b", Content: []byte("one <&>\n"), Executable: true},
			{Path: "c", Content: []byte{0, 255}},
			{Path: "d", Copy: "a"},
			{Path: "e", Content: []byte{}},
		},
	}}}
	src, err := r.Bytes()
	if err != nil || string(src) != sample {
		t.Errorf("%v: %s", err, cmp.Diff(sample, string(src)))
	}
	back, err := Parse(src)
	if err != nil || cmp.Diff(r, back) != "" {
		t.Errorf("%v: %s", err, cmp.Diff(r, back))
	}
	if Digest(src) != Digest([]byte(strings.ReplaceAll(sample, "\n", "\r\n"))) {
		t.Error("a checkout with other line ends is another record")
	}
	if Digest(src) == Digest([]byte(strings.Replace(sample, "one", "two", 1))) {
		t.Error("an edited record has the same digest")
	}
}

// What is no record is told, and never taken for one.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string][2]string{
		"no JSON":       {"{\n", "<<<<<<< a\n"},
		"newer":         {`"version": 1`, `"version": 2`},
		"no version":    {`"version": 1`, `"version": 0`},
		"unknown key":   {`"delete": true`, `"remove": true`},
		"out of order":  {`"path": "e"`, `"path": "c"`},
		"absolute":      {`"path": "e"`, `"path": "/e"`},
		"upwards":       {`"path": "e"`, `"path": "../e"`},
		"two meanings":  {`"delete": true`, `"delete": true, "copy": "x"`},
		"no meaning":    {`"delete": true`, `"delete": false`},
		"mode":          {`"0755"`, `"0777"`},
		"mode of none":  {`"delete": true`, `"delete": true, "mode": "0755"`},
		"no base64":     {`AP8=`, `A`},
		"more after it": {"  ]\n}\n", "  ]\n}{}"},
	} {
		src := strings.Replace(sample, edit[0], edit[1], 1)
		if name == "more after it" {
			src = strings.TrimSuffix(sample, "}\n") + "}{}"
		}
		if r, err := Parse([]byte(src)); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []Change{{Path: "x", Delete: true}, {Path: "x", Copy: "y"}} {
		if out, err := Apply([]File{{"a", nil, false}}, []Change{c}); err == nil {
			t.Errorf("%+v gives %+v", c, out)
		}
	}
}

// tree is a random one, of few names and few contents.
func tree(r *rand.Rand) []File {
	var out []File
	for i := range 12 {
		if r.IntN(3) > 0 {
			contents := []string{"", "a", "a\n", "b\r\nc", "\x00\xff", strings.Repeat("long\n", r.IntN(40)), "\xff"}
			out = append(out, File{fmt.Sprintf("d%d/f%02d", i%3, i), []byte(contents[r.IntN(len(contents))]), r.IntN(2) == 0})
		}
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// The law of the record: what was found between two trees makes the one of the other,
// also after it was written and read.
func TestDiffAppliesAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		before, after := tree(r), tree(r)
		src, err := (&Record{Effects: []Effect{{Project: Diff(before, after)}}}).Bytes()
		if err != nil {
			t.Fatal(err)
		}
		record, err := Parse(src)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, src)
		}
		made, err := Apply(before, record.Effects[0].Project)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !slices.EqualFunc(made, after, func(a, b File) bool {
			return a.Path == b.Path && a.Executable == b.Executable && string(a.Content) == string(b.Content)
		}) {
			t.Fatalf("seed %d: %s", seed, cmp.Diff(after, made))
		}
	}
}

// Whatever is read is written as it was, or in the one form there is.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, src []byte) {
		r, err := Parse(src)
		if err != nil {
			return
		}
		out, err := r.Bytes()
		if err != nil {
			t.Skip() // too large
		}
		again, err := Parse(out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if twice, _ := again.Bytes(); string(twice) != string(out) {
			t.Fatalf("%s\n%s", out, twice)
		}
	})
}
