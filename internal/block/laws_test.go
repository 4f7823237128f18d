package block

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func itoa(i int) string { return strconv.Itoa(i) }

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func want(address, body string) Want {
	return Want{Address: address, Body: []byte(body), Comment: Comment{Prefix: "#"}}
}

// randomText returns a text of awkward lines, with regions in some.
func randomText(rng *rand.Rand) []byte {
	contents := []string{
		"", "a", "b", "unique", "\tx: |", "# note", "#!/bin/sh", "# -*- coding: utf-8 -*-", "---", "%YAML 1.2", "<?xml version='1.0'", "?>",
		"<!DOCTYPE html>", "a\rb", "c\r", "\f", "\xff\xfe", "é", bom + "x", "# >>> conda initialize >>>", "# syntax=docker/dockerfile:1", "'use strict'", "last \\", "\r",
	}
	ends := []string{"\n", "\n", "\r\n", "\r\n", "\n"}
	one := rng.IntN(2) == 0
	end := pick(rng, ends)
	var b strings.Builder
	if rng.IntN(6) == 0 {
		b.WriteString(bom)
	}
	regions := rng.Perm(3)
	for range rng.IntN(9) {
		if !one {
			end = pick(rng, ends)
		}
		if len(regions) > 0 && rng.IntN(5) == 0 {
			indent, a := pick(rng, []string{"", "  ", "\t"}), "old.r"+itoa(regions[0])
			regions = regions[1:]
			b.WriteString(indent + "# >>> mlops " + a + pick(rng, []string{"", " "}) + end)
			for range rng.IntN(3) {
				b.WriteString(pick(rng, contents) + pick(rng, ends))
			}
			b.WriteString(indent + "# <<< mlops " + a + end)
			continue
		}
		b.WriteString(pick(rng, contents) + end)
	}
	text := b.String()
	if rng.IntN(3) == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), pick(rng, []string{"", "\r"}))
	}
	if strings.HasPrefix(text, "\xff\xfe") {
		text = "x" + text
	}
	return []byte(text)
}

func randomWant(rng *rand.Rand, address string) Want {
	w := want(address, "")
	for range rng.IntN(4) {
		w.Body = append(w.Body, pick(rng, []string{"", "own", "unique", "a", "---", "\f\xff", "#!/x", "<!DOCTYPE x>"})+pick(rng, []string{"\n", "\r\n"})...)
	}
	if rng.IntN(3) == 0 {
		w.Body = bytes.TrimSuffix(bytes.TrimSuffix(w.Body, []byte("\n")), []byte("\r"))
	}
	w.Comment = pick(rng, []Comment{{Prefix: "#"}, {Prefix: "//"}, {"<!--", "-->"}, {"/*", "*/"}})
	w.Position = pick(rng, []Position{{}, {}, {}, {Place: Start}, {Place: Start}, {Place: Start}, {Place: Start}, {Place: Before, Line: "unique"}, {Place: After, Line: "unique"}, {Place: After, Line: "c\r\n"}, {Place: Before, Line: "b"}, {Place: After, Line: "#!/bin/sh"}})
	return w
}

func must(t *testing.T) func([]byte, error) []byte {
	return func(out []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// outsideOf returns what is in no region, and the normal forms of the bodies.
func outsideOf(t *testing.T, text []byte) (string, map[string]string) {
	t.Helper()
	regions, err := Find(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var out strings.Builder
	bodies, at := map[string]string{}, 0
	for _, r := range regions {
		if r.start() < at || r.open.next > r.end.start || r.Line >= r.EndLine {
			t.Fatalf("%q: region %+v", text, r)
		}
		out.Write(text[at:r.start()])
		at = r.stop()
		bodies[r.Address] = string(Normal(r.Body))
	}
	out.Write(text[at:])
	return out.String(), bodies
}

// checkPut holds the laws of one Put; it reports whether w was new and put.
func checkPut(t *testing.T, text []byte, w Want) bool {
	t.Helper()
	before := slices.Clone(text)
	out, err := Put(text, w)
	if !bytes.Equal(before, text) {
		t.Fatalf("%q was changed to %q", before, text)
	}
	if err != nil {
		return false
	}
	rest, bodies := outsideOf(t, text)
	newRest, newBodies := outsideOf(t, out)
	_, there := bodies[w.Address]
	bodies[w.Address] = string(Normal(w.Body))
	for a, body := range bodies {
		if newBodies[a] != body {
			t.Fatalf("%q: body of %s is %q, want %q", out, a, newBodies[a], body)
		}
	}
	if len(newBodies) != len(bodies) {
		t.Fatalf("%q: regions %v", out, newBodies)
	}
	if newRest != rest && newRest != rest+"\n" && newRest != rest+"\r\n" {
		t.Fatalf("%q\n%q: outside is %q, was %q", text, out, newRest, rest)
	}
	if again, err := Put(out, w); err != nil || !bytes.Equal(again, out) {
		t.Fatalf("%q: %v, again %q", out, err, again)
	}
	back, err := Remove(out, w.Address)
	if err != nil || !there && !bytes.Equal(back, text) {
		t.Fatalf("%q\n%q\n%q: %v", text, out, back, err)
	}
	return !there
}

func TestPutLaws(t *testing.T) {
	t.Parallel()
	rng, put := random(2), 0
	for range 10_000 {
		if checkPut(t, randomText(rng), randomWant(rng, pick(rng, []string{"new.n", "old.r1", `old["a b"]`}))) {
			put++
		}
	}
	if put < 3_000 {
		t.Errorf("only %d regions were put", put)
	}
}

// Several at once are the same as one after the other; in another order, only
// their order at one place differs; and removing them gives the text back.
func TestSeveral(t *testing.T) {
	t.Parallel()
	rng, put, moved := random(3), 0, 0
	for range 8_000 {
		text := randomText(rng)
		wants := []Want{randomWant(rng, "new.a"), randomWant(rng, "new.b"), randomWant(rng, "old.r1"), randomWant(rng, "new.c")}
		all, err := Put(text, wants...)
		if err != nil {
			continue
		}
		put++
		one := text
		for _, w := range wants {
			one = must(t)(Put(one, w))
		}
		if !bytes.Equal(all, one) {
			t.Fatalf("%q\nat once %q\none by one %q", text, all, one)
		}
		rng.Shuffle(len(wants), func(i, j int) { wants[i], wants[j] = wants[j], wants[i] })
		moved += sameButOrder(t, text, all, wants)
		removeAll(t, rng, text, all)
	}
	if put < 1_500 || moved < 800 {
		t.Errorf("only %d texts, %d of them in another order", put, moved)
	}
}

// sameButOrder puts wants in their order and returns 1 if that differs from all.
func sameButOrder(t *testing.T, text, all []byte, wants []Want) int {
	t.Helper()
	other := must(t)(Put(text, wants...))
	rest, bodies := outsideOf(t, all)
	otherRest, otherBodies := outsideOf(t, other)
	if len(other) != len(all) || rest != otherRest || len(bodies) != len(otherBodies) {
		t.Fatalf("%q\n%q\n%q", text, all, other)
	}
	if bytes.Equal(all, other) {
		return 0
	}
	return 1
}

func removeAll(t *testing.T, rng *rand.Rand, text, all []byte) {
	t.Helper()
	_, had := outsideOf(t, text)
	var names []string
	for _, a := range []string{"new.a", "new.b", "new.c", "old.r1"} {
		if _, there := had[a]; !there {
			names = append(names, a)
		}
	}
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	at, one := must(t)(Remove(all, names...)), all
	for _, a := range names {
		one = must(t)(Remove(one, a))
	}
	if !bytes.Equal(at, one) {
		t.Fatalf("%q: removed at once %q, one by one %q", all, at, one)
	}
	if _, replaced := had["old.r1"]; !replaced && !bytes.Equal(at, text) {
		t.Fatalf("%q\n%q\n%q", text, all, at)
	}
}

func TestRenameLaws(t *testing.T) {
	t.Parallel()
	rng, renamed := random(4), 0
	for range 3_000 {
		text := randomText(rng)
		rest, bodies := outsideOf(t, text)
		to := map[string]string{"old.r0": "old.r1", "old.r1": "old.r0", "old.r2": `component.x["y z"].old.r`}
		back := map[string]string{"old.r1": "old.r0", "old.r0": "old.r1", `component.x["y z"].old.r`: "old.r2"}
		out := must(t)(Rename(text, to))
		newRest, newBodies := outsideOf(t, out)
		for a, body := range bodies {
			if newBodies[to[a]] != body {
				t.Fatalf("%q\n%q: %s", text, out, a)
			}
			renamed++
		}
		if rest != newRest || len(bodies) != len(newBodies) || !bytes.Equal(must(t)(Rename(out, back)), text) {
			t.Fatalf("%q\n%q", text, out)
		}
	}
	if renamed < 800 {
		t.Errorf("only %d regions were renamed", renamed)
	}
}

func FuzzFind(f *testing.F) {
	rng := random(5)
	for range 40 {
		f.Add(randomText(rng))
	}
	f.Add([]byte("# >>> mlops f.a\n# >>> mlops f.b\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		regions, err := Find(text)
		if err != nil {
			return
		}
		rest, bodies := outsideOf(t, text)
		if len(bodies) != len(regions) {
			t.Fatalf("%d regions of %d addresses", len(regions), len(bodies))
		}
		var all []string
		for _, r := range regions {
			all = append(all, r.Address)
			if got := bytes.Count(text[:r.start()], []byte("\n")) + 1; got != r.Line || !bytes.HasPrefix(text[r.open.at:], []byte(r.Address)) || !bytes.HasPrefix(text[r.end.at:], []byte(r.Address)) {
				t.Fatalf("%+v on line %d", r, got)
			}
		}
		out, err := Remove(text, all...)
		if err != nil || strings.TrimRight(string(out), "\r\n") != strings.TrimRight(rest, "\r\n") {
			t.Fatalf("%q: %v, outside %q", out, err, rest)
		}
	})
}

func FuzzPut(f *testing.F) {
	rng := random(6)
	for range 40 {
		w := randomWant(rng, "new.a")
		f.Add(randomText(rng), w.Address, w.Body, w.Comment.Prefix, w.Comment.Suffix, byte(w.Position.Place), w.Position.Line)
	}
	f.Fuzz(func(t *testing.T, text []byte, address string, body []byte, prefix, suffix string, place byte, line string) {
		w := Want{address, body, Comment{prefix, suffix}, Position{Place(place % 5), line}}
		checkPut(t, text, w)
		if w.Position = (Position{}); w.Check() != nil {
			return
		}
		if _, err := Find(text); err != nil {
			return
		}
		if _, err := Put(text, w); err != nil {
			t.Fatalf("%q: %+v: %v", text, w, err)
		}
		checkPut(t, text, w)
	})
}
