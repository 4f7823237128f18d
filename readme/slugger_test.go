package readme

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestSlugger compares anchors with those of github-slugger, whose rules were recorded
// from GitHub: of every example's headings, of random text and of the headings of real
// READMEs. MLOPS_SLUGGER is a folder with the package in node_modules.
func TestSlugger(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("MLOPS_SLUGGER")
	if dir == "" {
		t.Skip("MLOPS_SLUGGER is not set")
	}
	documents := sluggerDocuments(t)
	in, err := json.Marshal(documents)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("node", "--input-type=module", "-e", `
import Slugger from 'github-slugger'
import fs from 'node:fs'
const documents = JSON.parse(fs.readFileSync(0, 'utf8'))
const slugs = documents.map((heads) => { const s = new Slugger(); return heads.map((h) => s.slug(h)) })
console.log(JSON.stringify(slugs))`)
	c.Dir, c.Stdin = dir, strings.NewReader(string(in))
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	if err := json.Unmarshal(out, &want); err != nil || len(want) != len(documents) {
		t.Fatal(len(want), err)
	}
	all := 0
	for i, heads := range documents {
		var s slugger
		for j, h := range heads {
			if all++; s.slug(h) != want[i][j] {
				t.Errorf("%q: %q, github-slugger says %q", h, anchor(h), want[i][j])
			}
		}
	}
	t.Logf("%d headings of %d documents have github-slugger's anchors", all, len(documents))
}

// sluggerDocuments are headings as plain text, by document.
func sluggerDocuments(t *testing.T) [][]string {
	t.Helper()
	var out [][]string
	add := func(markdown string) {
		var heads []string
		for _, h := range parsedHeads(markdown) {
			heads = append(heads, h.text)
		}
		if heads != nil {
			out = append(out, heads)
		}
	}
	examples := examplesByKind(t)
	for _, lang := range Languages() {
		p := Sample()
		p.Lang = lang
		for _, k := range catalogue() {
			if md, err := Alone(examples[k.name], p); err == nil {
				add(string(md))
			}
		}
	}
	for _, text := range realOnes(t) {
		add(text)
	}
	r := rand.New(rand.NewPCG(41, 42))
	for range 300 {
		var heads []string
		for range 1 + r.IntN(20) {
			heads = append(heads, oneLine(cellText(r)))
		}
		out = append(out, heads)
	}
	return out
}

// TestSluggerReal follows the links of real READMEs to their own headings, which their
// authors saw work on GitHub. The few that meet no heading are written wrong: the same
// headings have github-slugger's anchors.
func TestSluggerReal(t *testing.T) {
	t.Parallel()
	links, dead := 0, []string{}
	for _, text := range realOnes(t) {
		var s slugger
		anchors := map[string]bool{}
		for _, h := range parsedHeads(text) {
			anchors[s.slug(h.text)] = true
		}
		for rest := text; ; {
			_, after, found := strings.Cut(rest, "](#")
			if !found {
				break
			}
			rest = after
			slug, _, _ := strings.Cut(after, ")")
			if strings.Contains(text, fmt.Sprintf("name=%q", slug)) || strings.Contains(text, fmt.Sprintf("id=%q", slug)) {
				continue
			}
			if links++; !anchors[slug] {
				dead = append(dead, slug)
			}
		}
	}
	slices.Sort(dead)
	if len(dead)*10 > links {
		t.Errorf("%d of %d links meet no heading: %q", len(dead), links, dead)
	}
	t.Logf("%d of %d links of real READMEs meet their heading; the others: %q", links-len(dead), links, dead)
}
