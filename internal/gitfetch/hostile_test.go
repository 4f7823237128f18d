package gitfetch

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// absent checks that a trap was not sprung.
func (l *lab) absent(mark string) {
	l.t.Helper()
	if _, err := os.Lstat(mark); err == nil {
		l.t.Errorf("%s was made", filepath.Base(mark))
	}
}

// line is an entry of a tree object.
func line(mode, name, id string) string {
	raw, err := hex.DecodeString(id)
	if err != nil {
		panic(err)
	}
	return mode + " " + name + "\x00" + string(raw)
}

// TestHostileTrees reads trees that git would not write, with git, which checks
// objects as they come, and with the library, which leaves that to the walk.
func TestHostileTrees(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	dir := l.bare("p")
	blob := l.blob(dir, "x")
	sub := l.tree(dir, "100644 blob "+blob+"\tf")
	odd := l.rawTree(dir, line("100644", "f", blob))
	url := l.serve(l.backendHandler("uploadpack.allowAnySHA1InWant=true")) + "/p"
	for name, c := range map[string]struct {
		entries []string
		words   string
	}{
		"up":        {[]string{line("40000", "..", sub)}, `".." is not a path`},
		"here":      {[]string{line("100644", ".", blob)}, `"." is not a path`},
		"git":       {[]string{line("40000", ".git", sub)}, `".git" is a name of git's own`},
		"GIT":       {[]string{line("40000", ".GIT", sub)}, `".GIT" is a name of git's own`},
		"slash":     {[]string{line("100644", "a/b", blob)}, `"a/b" is not a path`},
		"absolute":  {[]string{line("100644", "/etc", blob)}, `"/etc" is not a path`},
		"empty":     {[]string{line("100644", "", blob)}, `"" is not a path`},
		"latin1":    {[]string{line("100644", "caf\xe9\x1b", blob)}, `"caf\xe9\x1b" is not a path`},
		"twice":     {[]string{line("100644", "a", blob), line("100755", "a", blob)}, `"a" is there twice`},
		"mode":      {[]string{line("100600", "a", blob)}, `"a" has the unknown mode "100600"`},
		"tree file": {[]string{line("100644", "a", odd)}, "is a tree where a file should be"},
		"file tree": {[]string{line("40000", "a", blob)}, "is a blob where a tree should be"},
		"cut":       {[]string{"100644 a\x00abc"}, "is damaged"},
	} {
		commit := l.commit(dir, l.rawTree(dir, c.entries...), strings.ReplaceAll(name, " ", "-"))
		f, lib := l.fetcher(), l.library()
		_, err := f.Tree(t.Context(), url, commit, "")
		if err == nil {
			t.Errorf("%s: git takes it", name)
		}
		if name == "latin1" || name == "mode" { // names and modes that git's check allows
			fails(t, err, KindContent, c.words)
		}
		_, err = lib.Tree(t.Context(), url, commit, "")
		if name == "cut" || name == "empty" || strings.Contains(name, " ") { // the server itself cannot list them
			if err == nil {
				t.Errorf("%s: the library takes it", name)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: the library takes it", name)
			continue
		}
		fails(t, err, KindContent, url, c.words)
	}
}

// TestOddNames reads names that cannot be checked out everywhere.
func TestOddNames(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	dir := l.bare("p")
	blob := l.blob(dir, "x")
	names := []string{"A", "CON", "a", "a\\b", "aux.txt", "new\nline", "x:y", "é"}
	var entries []string
	for _, n := range names {
		entries = append(entries, line("100644", n, blob))
	}
	commit := l.commit(dir, l.rawTree(dir, entries...), "main")
	url := l.serve(l.backendHandler()) + "/p"
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		tree, err := f.Tree(t.Context(), url, commit, "")
		if err != nil || len(tree.Files) != len(names) {
			t.Fatalf("%v, %v", tree, err)
		}
		for i, n := range names {
			if tree.Files[i].Path != n {
				t.Errorf("%q, want %q", tree.Files[i].Path, n)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	dir := l.bare("p")
	big := make([]byte, 3<<20)
	r := rand.NewChaCha8([32]byte{1})
	if _, err := r.Read(big); err != nil {
		t.Fatal(err)
	}
	blob, noise, zero := l.blob(dir, "x"), l.blob(dir, string(big)), l.blob(dir, strings.Repeat("\x00", 2<<20))
	bomb, deep := l.tree(dir, "100644 blob "+blob+"\tf"), l.tree(dir, "100644 blob "+blob+"\tf")
	hollow := l.rawTree(dir)
	for range 10 {
		var many, empty []string
		for i := range 10 {
			many = append(many, fmt.Sprintf("040000 tree %s\t%d", bomb, i))
			empty = append(empty, fmt.Sprintf("040000 tree %s\t%d", hollow, i))
		}
		bomb, hollow = l.tree(dir, many...), l.tree(dir, empty...)
		deep = l.tree(dir, "040000 tree "+deep+"\td")
	}
	long := l.tree(dir, "100644 blob "+blob+"\t"+strings.Repeat("n", 300))
	url := l.serve(l.backendHandler("uploadpack.allowAnySHA1InWant=true")) + "/p"
	for name, c := range map[string]struct {
		tree   string
		limits Limits
		words  string
	}{
		"transfer": {l.tree(dir, "100644 blob "+noise+"\tnoise"), Limits{Transfer: 1 << 20}, "the transfer is over the limit of 1 MiB"},
		"file":     {l.tree(dir, "100644 blob "+zero+"\tzero"), Limits{File: 1 << 20}, `"zero": 2 MiB, over the limit of 1 MiB a file`},
		"tree":     {l.tree(dir, "100644 blob "+zero+"\ta", "100644 blob "+zero+"\tb"), Limits{Tree: 3 << 20}, `"b": all files together are over the limit of 3 MiB`},
		"files":    {bomb, Limits{Files: 50}, "more than the limit of 50"},
		"bomb":     {bomb, Limits{Files: 1000}, "more than the limit of 1000"},
		"hollow":   {hollow, Limits{}, "more than the limit of 10000 directories"},
		"depth":    {deep, Limits{Depth: 5}, `"d/d/d/d/d/d": deeper than the limit of 5`},
		"path":     {long, Limits{Path: 200}, "a path over the limit of 200 bytes"},
	} {
		commit := l.commit(dir, c.tree, name)
		for _, f := range []*Fetcher{l.fetcher(), l.library()} {
			f.Limits = c.limits
			f.Dir += name
			_, err := f.Tree(t.Context(), url, commit, "")
			fails(t, err, KindLimit, url, c.words)
			if name == "transfer" {
				afterTransfer(t, f, url, commit)
			}
		}
	}
}

// afterTransfer holds that a stopped transfer leaves nothing and can be repeated.
func afterTransfer(t *testing.T, f *Fetcher, url, commit string) {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(f.Dir, "*", "objects", "pack", "*"))
	if err != nil || len(packs) > 0 {
		t.Errorf("left over: %v, %v", packs, err)
	}
	_, err = f.Tree(t.Context(), url, commit, "")
	fails(t, err, KindLimit, "the transfer is over the limit")
	f.Limits.Transfer = 0
	if tree, err := f.Tree(t.Context(), url, commit, ""); err != nil || len(tree.Files) != 1 || len(tree.Files[0].Content) != 3<<20 {
		t.Errorf("%v", err)
	}
}

// TestPackBomb gives the library packs of few bytes that make large objects.
func TestPackBomb(t *testing.T) {
	t.Parallel()
	var delta bytes.Buffer
	z := zlib.NewWriter(&delta)
	if _, err := z.Write(binary.AppendUvarint(binary.AppendUvarint(nil, 1), maxPacked+1)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const packHeader = "PACK\x00\x00\x00\x02"
	// 128 MiB + 1 in git's order: four bits, then seven each; 3 is a blob, 7 a delta.
	large := "\xb1\x80\x80\x80\x04"
	for name, c := range map[string]struct{ pack, words string }{
		"blob":  {packHeader + "\x00\x00\x00\x01" + large, "an object: 134217729 bytes, over the limit of 128 MiB"},
		"delta": {packHeader + "\x00\x00\x00\x01" + string(rune(0x70|5)) + strings.Repeat("x", 20) + delta.String() + strings.Repeat("y", 20), "an object: 134217729 bytes"},
		"count": {packHeader + "\xff\xff\xff\xff", "4294967295 objects, over the limit of 2000000"},
	} {
		err := (&library{}).measure(strings.NewReader(c.pack))
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindLimit || !strings.Contains(e.Reason, c.words) {
			t.Errorf("%s: %v, want %q", name, err, c.words)
		}
	}
}

func FuzzTree(f *testing.F) {
	id := strings.Repeat("a", 40)
	f.Add([]byte(line("100644", "a", id)+line("40000", "b", id)), false)
	f.Add([]byte("100644 a\x00abc"), true)
	f.Add([]byte(" \x00"), false)
	f.Fuzz(func(t *testing.T, raw []byte, sha256 bool) {
		n := 20
		if sha256 {
			n = 32
		}
		entries, err := parseTree(raw, n)
		if err != nil {
			return
		}
		var again bytes.Buffer
		for _, e := range entries {
			again.WriteString(line(e.mode, e.name, e.id))
		}
		if !bytes.Equal(raw, again.Bytes()) {
			t.Errorf("%q reads as %v", raw, entries)
		}
	})
}
