package readme

import (
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// phrasebooks hold the translations, one file a language: lines of the English
// text, " = " and its translation.
//
//go:embed lang
var phrasebooks embed.FS

// Languages are the values of Project.Lang, sorted; "en" and "" are English.
func Languages() []string {
	all := []string{"en"}
	entries, err := fs.ReadDir(phrasebooks, "lang")
	if err != nil {
		return all
	}
	for _, e := range entries {
		all = append(all, strings.TrimSuffix(e.Name(), ".txt"))
	}
	slices.Sort(all)
	return all
}

// phrasebook is the boilerplate of one language. The zero value is English.
type phrasebook struct {
	lang  string
	words map[string]string
}

// phrasebookOf is the phrasebook of a language tag, of which only the language
// counts; false when there is none.
func phrasebookOf(tag string) (phrasebook, bool) {
	lang, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if lang == "" || lang == "en" {
		return phrasebook{}, tag == "" || lang == "en"
	}
	if !slices.Contains(Languages(), lang) {
		return phrasebook{}, false
	}
	data, err := phrasebooks.ReadFile("lang/" + lang + ".txt")
	if err != nil {
		return phrasebook{}, false
	}
	p := phrasebook{lang: lang, words: map[string]string{}}
	for line := range strings.Lines(string(data)) {
		if english, own, is := strings.Cut(strings.TrimSuffix(line, "\n"), " = "); is {
			p.words[english] = own
		}
	}
	return p, true
}

// say is an English phrase in the language of the phrasebook, with {1}, {2} ...
// replaced. Phrase and values are inline Markdown. The phrase must be a literal,
// so that a test can find it and its translations.
func (p phrasebook) say(english string, values ...string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, v := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i+1)+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(p.phrase(english))
}

// headers are the headers of a table: literal English words, each in the
// language.
func (p phrasebook) headers(english ...string) []string {
	out := make([]string, len(english))
	for i, e := range english {
		out[i] = p.phrase(e)
	}
	return out
}

// phrase is say for a phrase that is no literal, such as a kind's heading.
func (p phrasebook) phrase(english string) string { return first(p.words[english], english) }

// sentences joins sentences as the language does.
func (p phrasebook) sentences(all ...string) string {
	between := " "
	if p.lang == "zh" || p.lang == "ja" {
		between = ""
	}
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), between)
}
