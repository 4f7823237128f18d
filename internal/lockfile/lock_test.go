package lockfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlops-as-code/mlops/internal/show"
)

func digest(n int) string { return fmt.Sprintf("sha256:%064x", n) }

// sample has every attribute once.
func sample() *Lock {
	return &Lock{
		Version: 1,
		Components: []Component{
			{Address: "component.ci", Source: "./ci", Digest: digest(9)},
			{
				Address: "component.pipeline", Source: "git::https://example.com/x.git", Version: "2.1.4",
				Commit: strings.Repeat("ab", 20), Digest: digest(8),
				Time: "2026-01-02T15:04:05Z", Seed: "0123456789abcdef", Hooks: "sha256:" + strings.Repeat("ab", 32),
				Extra: []Extra{{"sum", "42"}},
			},
		},
		Objects: []Object{
			{
				Address: `file["Makefile"]`, Path: "Makefile", Kind: "file", Mode: "0644", Ownership: "shared",
				Rendered: digest(1), Applied: digest(2), PreventDestroy: true,
				Inputs: []Input{{"template", digest(3)}, {"var.stages", digest(4)}},
				Extra:  []Extra{{"future", "{\n  \"a\": [\n    1.50,\n    null,\n    {}\n  ],\n  \"b\\\"\": \"c\\\\\"\n}"}},
			},
			{Address: "file[\"été\u202e.md\"]", Path: "été.md", Kind: "file", Mode: "0755", Rendered: digest(5), Applied: digest(5)},
		},
		Extra: []Extra{{"note", `"x"`}},
	}
}

const sampleText = `{
  "version": 1,
  "components": [
    {
      "address": "component.ci",
      "digest": "sha256:0000000000000000000000000000000000000000000000000000000000000009",
      "source": "./ci"
    },
    {
      "address": "component.pipeline",
      "version": "2.1.4",
      "commit": "abababababababababababababababababababab",
      "digest": "sha256:0000000000000000000000000000000000000000000000000000000000000008",
      "time": "2026-01-02T15:04:05Z",
      "seed": "0123456789abcdef",
      "hooks": "sha256:abababababababababababababababababababababababababababababababab",
      "sum": 42,
      "source": "git::https://example.com/x.git"
    }
  ],
  "note": "x",
  "objects": [
    {
      "address": "file[\"Makefile\"]",
      "kind": "file",
      "mode": "0644",
      "ownership": "shared",
      "prevent_destroy": true,
      "rendered": "sha256:0000000000000000000000000000000000000000000000000000000000000001",
      "applied": "sha256:0000000000000000000000000000000000000000000000000000000000000002",
      "inputs": {
        "template": "sha256:0000000000000000000000000000000000000000000000000000000000000003",
        "var.stages": "sha256:0000000000000000000000000000000000000000000000000000000000000004"
      },
      "future": {
        "a": [
          1.50,
          null,
          {}
        ],
        "b\"": "c\\"
      },
      "path": "Makefile"
    },
    {
      "address": "file[\"été\u202e.md\"]",
      "kind": "file",
      "mode": "0755",
      "rendered": "sha256:0000000000000000000000000000000000000000000000000000000000000005",
      "path": "été.md"
    }
  ]
}
`

func TestBytesAndParse(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(sampleText, string(sample().Bytes())); diff != "" {
		t.Errorf("Bytes: -want +got\n%s", diff)
	}
	got, err := Parse([]byte(sampleText))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" {
		t.Errorf("Parse: -want +got\n%s", diff)
	}
}

func TestEmptyLock(t *testing.T) {
	t.Parallel()
	const text = "{\n  \"version\": 1,\n  \"objects\": []\n}\n"
	if got := string(new(Lock).Bytes()); got != text {
		t.Errorf("Bytes = %q", got)
	}
	got, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Lock{Version: 1}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	l := sample()
	if o := l.Find(`file["Makefile"]`); o == nil || o.Path != "Makefile" {
		t.Errorf("Find = %+v", o)
	}
	if o := l.Find(`file["none"]`); o != nil {
		t.Errorf("Find = %+v", o)
	}
}

// stanza is an object with some attributes replaced or added.
func stanza(pairs ...string) string {
	o := map[string]any{"address": "a", "kind": "file", "path": "p"}
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i]] = pairs[i+1]
	}
	text, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func objects(stanzas ...string) string {
	return "{\n\"version\": 1, \"objects\": [\n" + strings.Join(stanzas, ",\n") + "\n]}"
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const restore = "; restore it from git (`git checkout HEAD -- mlops.lock.json`), then run `mlops plan`"
	const remove = "; remove one of the two stanzas, then run `mlops plan`"
	const markers = "has git conflict markers: run `mlops lock --resolve`"
	deep := strings.Repeat("[", maxDepth+1)
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "1:1: is corrupt: the text ends where '{' must stand" + restore},
		{"array", "[]", "1:1: is corrupt: '{' must stand here" + restore},
		{"cut", `{"version": 1, "obj`, "1:20: is corrupt: the text ends where a closing quote must stand" + restore},
		{"more", "{\"version\": 1}\n\n x", "3:2: is corrupt: the end of the file must stand here" + restore},
		{"comma", "{\n  \"version\": 1,\n}", "3:1: is corrupt: a string must stand here" + restore},
		{"no version", `{"objects": []}`, "1:1: is corrupt: it states no version" + restore},
		{"version text", `{"version": "1"}`, "1:13: is corrupt: a value must stand here" + restore},
		{"version zero", `{"version": 0}`, "1:2: is corrupt: the version must be one whole number from 1 up" + restore},
		{"version half", `{"version": 1.0}`, "1:2: is corrupt: the version must be one whole number from 1 up" + restore},
		{"newer", "{\n  \"version\": 2, \"stuff\": ]", "2:3: was written by a newer mlops (format 2, this one reads 1): upgrade mlops"},
		{"invalid UTF-8", "{\n\"é\xff", "2:3: is corrupt: the text is not valid UTF-8" + restore},
		{"control character", "{\"a\nb\": 1}", "1:4: is corrupt: a string holds a control character" + restore},
		{"half a pair", `{"\ud800x": 1}`, "1:3: is corrupt: a string holds a bad escape" + restore},
		{"deep", `{"version": 1, "x": ` + deep, "1:52: is corrupt: brackets nest deeper than 32" + restore},
		{"conflict", "{\n<<<<<<< HEAD\n  \"version\": 1\n=======\n", "2:1: " + markers},
		{"conflict, CRLF", "{\r\n  \"version\": 1,\r\n=======\r\n", "3:1: " + markers},
		{"no path", objects(`{"address": "a", "kind": "file"}`), "3:1: is corrupt: an object states no address, no kind or no path" + restore},
		{"address twice", objects(stanza(), stanza("path", "q")), "4:1: a stands twice" + remove},
		{"stanza twice", objects(stanza(), stanza()), "4:1: a stands twice" + remove},
		{"path twice", objects(stanza("address", "b"), stanza()), "4:1: b and a both claim the path p" + remove},
		{"file and block", objects(stanza(), stanza("address", "b", "kind", "file_block")), "4:1: a and b both claim the path p" + remove},
		{"outside", objects(stanza("path", "../p")), "3:1: is corrupt: a has a path that has a .. segment" + restore},
		{"own", objects(stanza("path", "mlops.hcl")), "3:1: is corrupt: a has the path mlops.hcl, which is mlops's own" + restore},
		{"digest", objects(stanza("rendered", "sha256:00")), "3:1: is corrupt: a has a digest that is not sha256: and 64 hex digits" + restore},
		{"capital digest", objects(stanza("applied", "sha256:"+strings.Repeat("A", 64))), "3:1: is corrupt: a has a digest that is not sha256: and 64 hex digits" + restore},
		{"mode", objects(stanza("mode", "0777")), "3:1: is corrupt: a has a mode other than 0644 and 0755" + restore},
		{"ownership", objects(stanza("ownership", "mine")), "3:1: is corrupt: a has an ownership other than spec, shared and user" + restore},
		{"flag", objects(stanza("prevent_destroy", "yes")), "3:41: is corrupt: prevent_destroy is not true or stands twice" + restore},
		{"attribute twice", objects(`{"address": "a", "address": "b"}`), "3:18: is corrupt: address is empty or stands twice" + restore},
		{"number for text", objects(`{"address": 1}`), "3:13: is corrupt: a string must stand here" + restore},
		{"unknown twice", objects(`{"x": 1, "y": 1, "x": 2}`), "3:1: is corrupt: x stands twice" + restore},
		{"input twice", objects(fmt.Sprintf(`{"inputs": {"i": %q, "i": %[1]q}}`, digest(1))), "3:2: is corrupt: the input i stands twice" + restore},
		{"input digest", objects(`{"inputs": {"i": "x"}}`), "3:13: is corrupt: the input has a digest that is not 16 hex digits, nor sha256: and 64" + restore},
		{"component twice", `{"version": 1, "components": [{"address": "c", "source": "s"}, {"source": "s", "address": "c"}]}`, "1:64: c stands twice" + remove},
		{"component source", `{"version": 1, "components": [{"address": "c"}]}`, "1:31: is corrupt: a component states no address or no source" + restore},
		{"component commit", `{"version": 1, "components": [{"address": "c", "source": "s", "commit": "main"}]}`, "1:31: is corrupt: c has a commit that is no git object id" + restore},
		{"hostile name", objects(stanza("address", "a\x1b[2J", "mode", "x")), "3:1: is corrupt: a\\u{1b}[2J has a mode other than 0644 and 0755" + restore},
	} {
		_, err := Parse([]byte(c.in))
		var e *Error
		if want := "mlops.lock.json:" + c.want; !errors.As(err, &e) || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", c.name, err, want)
		}
	}
}

func TestParseRefusesHugeFiles(t *testing.T) {
	t.Parallel()
	if _, err := Parse(make([]byte, MaxSize+1)); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Error(err)
	}
}

func TestPartsShareAPath(t *testing.T) {
	t.Parallel()
	l, err := Parse([]byte(objects(stanza("kind", "file_block"), stanza("address", "b", "kind", "file_keys"))))
	if err != nil || len(l.Objects) != 2 {
		t.Errorf("Parse = %+v, %v", l, err)
	}
}

// randomLock is a lock that Parse could return.
func randomLock(r *rand.Rand) *Lock {
	l := &Lock{Version: 1}
	text := func() string {
		parts := []string{"a", "é", "\"", "\\", "\n", "\u202e", "😀", "<&>", "\x7f", "\U000e0041", " ", "."}
		var b strings.Builder
		for range 1 + r.IntN(5) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		return b.String()
	}
	for i := range r.IntN(5) {
		o := Object{
			Address: fmt.Sprintf("file[%d]%s", i, text()), Path: fmt.Sprintf("dir/%d", r.IntN(1<<30)), Kind: "file",
			Mode: []string{"", "0644", "0755"}[r.IntN(3)], Ownership: []string{"", "spec", "shared", "user"}[r.IntN(4)],
			Rendered: digest(r.IntN(9)), PreventDestroy: r.IntN(2) == 0,
		}
		o.Applied = []string{o.Rendered, digest(r.IntN(9))}[r.IntN(2)]
		for j := range r.IntN(3) {
			o.Inputs = append(o.Inputs, Input{fmt.Sprint(j, text()), digest(j)})
		}
		for j := range r.IntN(3) {
			o.Extra = append(o.Extra, Extra{fmt.Sprint(j, text()), []string{"null", "-1e+5", "[]", "{}", "[\n  1,\n  {\n    \"a\": true\n  }\n]"}[r.IntN(5)]})
		}
		l.Objects = append(l.Objects, o)
	}
	for i := range r.IntN(3) {
		l.Components = append(l.Components, Component{Address: fmt.Sprint(i, text()), Source: text(), Version: text()})
	}
	return l
}

// agree compares a lock with what encoding/json reads from its text. Maps, not
// structs: those would match keys in any case.
func agree(t *testing.T, l *Lock, text []byte) {
	t.Helper()
	var top map[string]any
	if err := json.Unmarshal(text, &top); err != nil {
		t.Fatalf("encoding/json: %v\n%s", err, text)
	}
	want, _ := top["objects"].([]any)
	if len(want) != len(l.Objects) || top["version"] != float64(l.Version) {
		t.Fatalf("%+v\nencoding/json: %v", l, top)
	}
	for _, w := range want {
		w := w.(map[string]any)
		address, _ := w["address"].(string)
		o := l.Find(address)
		if o == nil {
			t.Fatalf("%q is missing", address)
		}
		if w["applied"] == nil {
			w["applied"] = w["rendered"]
		}
		got := map[string]any{
			"path": o.Path, "kind": o.Kind, "mode": o.Mode, "ownership": o.Ownership,
			"rendered": o.Rendered, "applied": o.Applied, "prevent_destroy": o.PreventDestroy,
		}
		for key, v := range got {
			if v != w[key] && (w[key] != nil || v != "" && v != false) {
				t.Fatalf("%s: %s = %v, encoding/json: %v", address, key, v, w[key])
			}
		}
		inputs, _ := w["inputs"].(map[string]any)
		if len(inputs) != len(o.Inputs) {
			t.Fatalf("%s: %v, encoding/json: %v", address, o.Inputs, inputs)
		}
		for _, in := range o.Inputs {
			if inputs[in.Name] != in.Digest {
				t.Fatalf("%s: %v, encoding/json: %v", address, o.Inputs, inputs)
			}
		}
	}
}

func TestLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 800 {
		want := randomLock(r)
		text := want.Bytes()
		var small, wide bytes.Buffer
		if err := json.Compact(&small, text); err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&wide, text, "\t", "   "); err != nil {
			t.Fatal(err)
		}
		for _, form := range [][]byte{text, small.Bytes(), wide.Bytes(), bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))} {
			got, err := Parse(form)
			if err != nil {
				t.Fatalf("%v\n%s", err, form)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("-want +got\n%s", diff)
			}
			if !bytes.Equal(got.Bytes(), text) {
				t.Fatalf("Bytes differ from\n%s", text)
			}
			agree(t, got, form)
		}
		r.Shuffle(len(want.Objects), func(i, j int) { want.Objects[i], want.Objects[j] = want.Objects[j], want.Objects[i] })
		if !bytes.Equal(want.Bytes(), text) {
			t.Fatal("Bytes depends on the order of the objects")
		}
	}
}

// Damage anywhere is refused or harmless, never taken for something else than
// encoding/json would read.
func TestParseDamaged(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 6000 {
		text := []byte(sampleText)
		for range 1 + r.IntN(3) {
			i := r.IntN(len(text))
			switch r.IntN(3) {
			case 0:
				text[i] = "{}[]\",:\\01etn\n \x00\xff"[r.IntN(17)]
			case 1:
				text = text[:i]
			default:
				text = append(text[:i:i], text[min(len(text), i+r.IntN(20)):]...)
			}
			if len(text) == 0 {
				break
			}
		}
		checkParse(t, text)
	}
}

// checkParse holds the laws of Parse for any text.
func checkParse(t *testing.T, text []byte) {
	t.Helper()
	l, err := Parse(text)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || show.Line(e.Reason) != e.Reason {
			t.Fatalf("%#v\n%s", err, text)
		}
		return
	}
	agree(t, l, text)
	out := l.Bytes()
	again, err := Parse(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(l, again); diff != "" {
		t.Fatalf("-first +second\n%s", diff)
	}
	if show.Text(string(out)) != string(out) {
		t.Fatalf("Bytes holds a hidden character: %q", out)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sampleText))
	f.Add([]byte("{\"version\": 1, \"objects\": [{\"path\": \"\\ud83d\\ude00\"}]}"))
	f.Add([]byte("<<<<<<< a\n"))
	f.Fuzz(checkParse)
}

// large is a lock of n objects, about 400 bytes each.
func large(n int) *Lock {
	l := &Lock{Version: 1}
	for i := range n {
		p := fmt.Sprintf("src/package_%02d/module_%03d/file_%05d.py", i/1000, i/50, i)
		l.Objects = append(l.Objects, Object{
			Address: fmt.Sprintf("file[%q]", p), Path: p, Kind: "file", Mode: "0644",
			Rendered: digest(i), Applied: digest(i), Inputs: []Input{{"template", digest(i % 7)}},
		})
	}
	return l
}

func BenchmarkParse(b *testing.B) {
	text := large(10_000).Bytes()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBytes(b *testing.B) {
	l := large(10_000)
	b.ReportAllocs()
	for b.Loop() {
		l.Bytes()
	}
}

// The yardstick for BenchmarkParse.
func BenchmarkEncodingJSON(b *testing.B) {
	text := large(10_000).Bytes()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var p struct {
			Version int
			Objects []struct {
				Address, Path, Kind, Mode, Rendered string
				Inputs                              map[string]string
			}
		}
		if err := json.Unmarshal(text, &p); err != nil {
			b.Fatal(err)
		}
	}
}
