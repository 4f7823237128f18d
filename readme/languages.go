package readme

import (
	"slices"
	"strings"
)

// Translation is the README in one language.
type Translation struct {
	// Lang is one of Languages; Path is relative to the root.
	Lang, Path string
}

func languagesKind() kind {
	return kind{
		name:    "languages",
		doc:     "Links to the README in its other languages; below the title when the readme block has translations and does not place it.",
		example: "section \"languages\" {}\n",
		render:  renderLanguages,
	}
}

// languageName is what a language calls itself.
func languageName(lang string) string {
	names := map[string]string{
		"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "ja": "日本語", "pt": "Português", "tr": "Türkçe", "zh": "中文",
	}
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	return first(names[base], lang, names["en"])
}

func renderLanguages(r *request) []block {
	if len(r.project.Translations) < 2 {
		r.fail("", "The README has one language only", "Give the readme block a translation, or leave the section out")
		return nil
	}
	var items []string
	for _, t := range r.project.Translations {
		name := languageName(t.Lang)
		if t.Path != first(r.project.Path, "README.md") {
			name = linkTo(name, r.href(t.Path))
		}
		items = append(items, name)
	}
	return []block{paragraph(strings.Join(items, " · "))}
}

// WithLanguages puts the links to the other languages below the title, unless they
// have their place or there are none. added is the index of the section that was put
// in; -1 is none.
func WithLanguages(sections []Section, p Project) (out []Section, added int) {
	placed := slices.ContainsFunc(sections, func(s Section) bool { return s.Kind == "languages" })
	if placed || len(p.Translations) < 2 || len(sections) == 0 {
		return sections, -1
	}
	return slices.Insert(slices.Clone(sections), 1, Section{Kind: "languages"}), 1
}
