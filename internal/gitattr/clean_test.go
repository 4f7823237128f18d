package gitattr

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var contents = []string{
	"", "a\n", "a\r\n", "a\r\nb\n", "a\r\nb\r\n", "a\rb\r\n", "a\r\r\nb", "\r\n", "x\x00y\r\n", "x\r\n\x1a", "\x01\x02\x03\r\n", strings.Repeat("line\r\n", 50) + "\x01", strings.Repeat("line\r\n", 40) + "\x01\x02", "é\r\n", "a\b\t\f\x1b\r\n", "no newline", "\r", "a\x7f\r\n",
}

// Each round adds every file twice, with other content the second time, so that
// the rule about the index is met; then all object ids are compared.
func TestCleanLikeGit(t *testing.T) {
	t.Parallel()
	words := []string{"text", "-text", "!text", "text=auto", "text=auto", "crlf", "-crlf", "crlf=input", "eol=lf", "eol=crlf", "binary", "text=other", "eol=x"}
	converted := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 12))
		r := newRepository(t)
		for _, name := range attributeFiles {
			if rng.IntN(2) == 0 {
				r.write(name, randomAttributes(rng, words))
			}
		}
		r.write(".gitconfig", "[core]\nautocrlf = "+pick(rng, []string{"true", "false", "input", "false"})+"\neol = "+pick(rng, []string{"lf", "crlf", "native"})+"\n")
		rules := r.rules()
		index := map[string][]byte{}
		for range 2 {
			converted += addRound(t, r, addition{rules, rng, index})
		}
	}
	if converted < 100 {
		t.Fatalf("only %d files were converted", converted)
	}
}

type addition struct {
	rules *Rules
	rng   *rand.Rand
	index map[string][]byte // what we say git stores
}

func addRound(t *testing.T, r repository, a addition) (converted int) {
	t.Helper()
	want := map[string]string{}
	for _, path := range paths {
		data := pick(a.rng, contents)
		r.write("work/"+path, data)
		stored := a.rules.For(path).Clean([]byte(data), func() bool { return HasCRLF(a.index[path]) })
		a.index[path] = stored
		want[path] = fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(stored), stored)))
		if string(stored) != data {
			converted++
		}
	}
	r.must("", append([]string{"--literal-pathspecs", "add", "-f", "--"}, paths...)...)
	for _, line := range strings.Split(strings.TrimSuffix(r.must("", "ls-files", "-s", "-z"), "\x00"), "\x00") {
		meta, path, _ := strings.Cut(line, "\t")
		if id := strings.Fields(meta)[1]; want[path] != "" && id != want[path] {
			t.Errorf("%s: git stores %s, we say %q\n%s", path, id, a.index[path], r.dump())
		}
	}
	return converted
}

func TestIrreversibleLikeGit(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.write("work/.gitattributes", "*.t text\n*.l text eol=lf\n*.c text eol=crlf\n*.a text=auto\n*.al text=auto eol=lf\n*.ac text=auto eol=crlf\n*.b -text\n")
	rng := rand.New(rand.NewPCG(13, 14))
	refused := 0
	for _, auto := range []string{"true", "input", "false"} {
		r.write(".gitconfig", "[core]\nsafecrlf = true\nautocrlf = "+auto+"\n")
		rules := r.rules()
		for range 50 {
			path := pick(rng, []string{"x.t", "x.l", "x.c", "x.a", "x.al", "x.ac", "x.b", "x"})
			data := pick(rng, contents)
			out, err := r.git(data, "hash-object", "-w", "--path="+path, "--stdin")
			why := rules.For(path).Irreversible([]byte(data), nil)
			if (err == nil) != (why == "") || err != nil && !strings.Contains(out, why) {
				t.Errorf("autocrlf=%s %s %q: we say %q, git says %s", auto, path, data, why, out)
			}
			if why != "" {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("nothing was irreversible")
	}
}

func TestCleanAsksTheIndexOnlyWhenItMatters(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.write("work/.gitattributes", "* text=auto\n*.t text\n")
	rules := r.rules()
	asked := 0
	ask := func() bool { asked++; return true }
	rules.For("a").Clean([]byte("plain\n"), ask)
	rules.For("a").Clean([]byte("\x00\r\n"), ask)
	rules.For("a.t").Clean([]byte("x\r\n"), ask)
	if asked != 0 {
		t.Errorf("asked %d times", asked)
	}
	if got := rules.For("a").Clean([]byte("x\r\n"), ask); asked != 1 || string(got) != "x\r\n" {
		t.Errorf("asked %d times, got %q", asked, got)
	}
}

// The laws: the input stays as it is, and what is cleaned needs no cleaning,
// unless a CR stood before CR LF: then git, too, takes one CR at a time.
func FuzzClean(f *testing.F) {
	for _, c := range contents {
		f.Add([]byte(c), uint8(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, n uint8) {
		a := Attrs{action: action(n % 6)}
		before := bytes.Clone(data)
		once := a.Clean(data, nil)
		if !bytes.Equal(data, before) {
			t.Fatal("the input was changed")
		}
		if bytes.Contains(data, []byte("\r\r\n")) {
			return
		}
		if twice := a.Clean(once, nil); !bytes.Equal(once, twice) {
			t.Errorf("%q becomes %q, then %q", data, once, twice)
		}
	})
}
