package docs_test

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/readme"
)

// proof is a test: a function of a Go file, "readme/laws_test.go TestEscapeLaw", or a
// script, "readme_import".
type proof string

// link is the proof as the page shows it, file the file it stands in.
func (p proof) link() (text, file string) {
	if source, test, ok := strings.Cut(string(p), " "); ok {
		return test, source
	}
	return string(p), "cmd/testdata/script/" + string(p) + ".txtar"
}

// sectionRow is one of the 34 sections that readme.so offers.
type sectionRow struct{ theirs, kind, ours string }

func readmeSoSections() []sectionRow {
	return []sectionRow{
		{"Title and Description", "title", "always first, exactly one, from the project's facts"},
		{"Installation", "installation", "from the lock file, pyproject.toml, environment.yml or Dockerfile; fences without stray indents"},
		{"Logo", "logo", "below the title, with alternative text, another picture for dark mode; the file must be there"},
		{"Run Locally", "run_locally", "from the repository, the lock file and the package"},
		{"Screenshots", "screenshots", "each with alternative text; the files must be there"},
		{"Environment Variables", "env_variables", "a table with description, default and whether it is required; a secret shows no default"},
		{"Features", "features", "a list"},
		{"Usage/Examples", "usage", "commands, and examples in any language"},
		{"API Reference", "api", "from a declared service's endpoints; headings step by one level"},
		{"Contributing", "contributing", "links only to files that are managed"},
		{"Running Tests", "tests", "the runner that the managed files show"},
		{"License", "license", "from the project's license, with a link to its own file"},
		{"Badges", "badges", "below the title without a heading, from CI, license and Python versions"},
		{"Roadmap", "roadmap", "a list of tasks with their issues"},
		{"Authors", "authors", "from the project's authors"},
		{"Acknowledgements", "acknowledgements", "a list of links"},
		{"Support", "support", "issues and discussions from the repository; addresses in angle brackets"},
		{"Feedback", "feedback", "as support"},
		{"Related", "related", "a list of links with notes"},
		{"Demo", "demo", "a link, a moving picture or a space"},
		{"Tech", "tech", "groups with bold labels"},
		{"Optimizations", "optimizations", "what, before and after; or a list"},
		{"Lessons", "lessons", "text"},
		{"FAQ", "faq", "questions one level below the heading"},
		{"Used By", "used_by", "a list of links"},
		{"Documentation", "documentation", "on the web, in the project, or both"},
		{"Deployment", "deployment", "from the Dockerfile, or targets of your own"},
		{"Appendix", "appendix", "text"},
		{"Github Profile - Introduction", "profile_intro", "the only top heading of its README"},
		{"Github Profile - About Me", "profile_about", "text"},
		{"Github Profile - Skills", "profile_skills", "groups"},
		{"Github Profile - Links", "profile_links", "badges, or links"},
		{"Github Profile - Other", "profile_other", "answers to the eight prompts"},
		{"Color Reference", "color_reference", "a table; no pictures from other sites"},
	}
}

// abilityRow is something that readme.so's editor does, or that its users asked for.
type abilityRow struct {
	what, theirs, state, ours string
	proofs                    []proof
}

const (
	yes    = "yes"
	partly = "partly"
	no     = "no"
)

func readmeSoAbilities() []abilityRow {
	const r = "readme/"
	return append([]abilityRow{
		{"A list of sections to choose from", yes, yes, "`mlops readme sections`; 34 of 34 kinds, and those that ML needs", []proof{"readme_catalogue", r + "render_test.go TestRender", "docs/readme_so_test.go TestReadmeSo"}},
		{"Search in the list", yes, yes, "by name, heading, purpose and fields", []proof{r + "catalogue_test.go TestSearch"}},
		{"Add, remove and reorder", yes, yes, "blocks of the spec; the order of the blocks is the order, or a preset's", []proof{"readme_preset", r + "presets_test.go TestOrderLaw"}},
		{"Drag and drop", yes, no, "there is no browser editor: sections are moved in a text editor", nil},
		{"Keyboard alone", yes, yes, "files and commands; the shell completes kinds", []proof{"readme_catalogue"}},
		{"A custom section", "by title alone; two of one title share their text", yes, "`section \"custom\" \"name\"`; names tell them apart, and two equal headings are refused", []proof{r + "render_test.go TestRender", r + "shape_test.go TestPlainTextFieldsRenderLiterally"}},
		{"Edit a section as raw Markdown", yes, yes, "`body` in the spec, or the README itself: the edit stays or is adopted", []proof{"readme_adopt", "readme_sections"}},
		{"Forms for the fields of a section", no, partly, "typed fields with checked values and messages at the line; no form in a browser", []proof{r + "shape_test.go TestRenderSurvivesOddFields"}},
		{"The raw text, to copy or download", yes, yes, "`mlops readme render`; `mlops apply` writes the file and commits it", []proof{"readme_render"}},
		{"Reset a section, or all", yes, yes, "an edit is undone by the next apply where the spec owns the section; `mlops undo` takes an apply back", []proof{"readme_sections", "undo"}},
		{"Undo", no, yes, "`mlops undo`, and git", []proof{"undo"}},
		{"Keep the work", "in one browser's storage", yes, "`mlops.hcl`, in the repository", []proof{"main_job"}},
		{"Several documents", no, yes, "README.md, its translations, model and dataset cards, CITATION.cff", []proof{"readme_languages", "readme_cards"}},
		{"Import a README (its most wanted)", no, yes, "`mlops readme import`, byte for byte, held over 200 real READMEs", []proof{"readme_import", r + "takein_test.go TestTakeInRealOnes", "cmd/readme_real_test.go TestImportRealOnes"}},
		{"Content derived from the project", no, yes, "from facts, managed files, metrics and parameters; a new value is a pending change", []proof{r + "ml_render_test.go TestRenderML", r + "ml_laws_test.go TestOneChangeIsSeen"}},
		{"Check that the README is true, in CI", no, yes, "`mlops plan --detailed-exitcode`; `mlops readme doctor`", []proof{"readme_sections", "readme_doctor"}},
		{"Keep text that is written by hand", no, yes, "by section: the spec's, shared or the user's; foreign text and other tools' blocks stay", []proof{"readme_sections", r + "merge_laws_test.go TestBytesOutsideStay", r + "merge_laws_test.go TestMergeTwiceIsOnce", r + "merge_laws_test.go TestReorderAndEdit"}},
		{"Show and hide a section", "by deleting it", yes, "`enabled`, which may depend on variables", []proof{r + "render_test.go TestRender"}},
		{"Table of contents", "declined", yes, "`toc`, with GitHub's anchors", []proof{r + "shape_test.go TestAnchors", r + "slugger_test.go TestSlugger"}},
		{"Output without lint findings", "52 findings in its 34 templates", yes, "markdownlint and Prettier find nothing in any kind, order, language or example", []proof{r + "documents_test.go TestWriteDocuments"}},
		{"The same on GitHub", "its preview knows no HTML, alerts or anchors", yes, "escaping holds in cmark-gfm, GitHub's parser, as in goldmark", []proof{r + "cmark_test.go TestCmarkCells", r + "cmark_test.go TestCmarkHeadings", r + "cmark_test.go TestCmarkFences"}},
		{"Templates in other languages", "34 in Portuguese and Chinese, 28 in Turkish; the editor uses none", yes, "every kind in eight languages; `translation` makes README.de.md with links between them", []proof{"readme_languages", r + "lang_test.go TestLanguagesAreComplete"}},
		{"Links, headings and files are checked", no, yes, "at the spec's line; in text by hand by `mlops readme doctor`", []proof{"readme_doctor", r + "inspect_test.go TestInspect"}},
		{"Diagrams, alerts, folded text", no, yes, "`diagram` (Mermaid), `alert`, `details`", []proof{r + "render_test.go TestRender"}},
		{"Spell check", "in a fork", no, "an editor's work", nil},
		{"Share a README in the making by a link", "asked for", no, "push a branch", nil},
		{"Dark mode, phones", "dark mode was removed", no, "no editor of its own", nil},
	}, previewRows()...)
}

// previewRows say what there is of a preview: the command comes and goes with its rows.
func previewRows() []abilityRow {
	found, _, err := cmd.Command().Find([]string{"readme", "preview"})
	if err != nil || found.Name() != "preview" {
		return []abilityRow{{"Live preview", yes, no, "`mlops readme render` prints; an editor's preview shows it", nil}}
	}
	return []abilityRow{{"Live preview", yes, yes, "`mlops readme preview`: a page that follows the spec, or the terminal; nothing is edited there", []proof{"readme_preview"}}}
}

func readmeSoPage() string {
	var b strings.Builder
	b.WriteString("# Beside readme.so\n\nWhat [readme.so](https://readme.so) offers, and what is here instead. Each row names the tests that hold it: functions of the Go\n" +
		"packages, and scripts of `cmd/testdata/script`. The kinds have goldens of their own: full, derived from the project, and empty.\n" +
		"What readme.so has was read from its code and templates in 2026.\n\n## Sections\n\n" +
		"| # | readme.so | ours | how ours differs | test |\n| --- | --- | --- | --- | --- |\n")
	for i, row := range readmeSoSections() {
		fmt.Fprintf(&b, "| %d | %s | [`%s`](readme-sections.md#%[3]s) | %s | [TestKindGoldens/%[3]s](../readme/testdata/kinds/%[3]s.txtar) |\n", i+1, cell(row.theirs), row.kind, cell(row.ours))
	}
	fmt.Fprintf(&b, "\nBeside these there are %d more kinds, most of them for machine learning: [readme-sections.md](readme-sections.md).\n", len(readme.Kinds())-len(readmeSoSections()))
	b.WriteString("\n## The editor\n\nThere is no browser editor here: the spec is the store, and a text editor, `mlops plan` and `mlops apply` are the rest.\n\n" +
		"| ability | readme.so | here | how | tests |\n| --- | --- | --- | --- | --- |\n")
	for _, row := range readmeSoAbilities() {
		var tests []string
		for _, p := range row.proofs {
			text, file := p.link()
			tests = append(tests, fmt.Sprintf("[%s](../%s)", text, file))
		}
		if tests == nil {
			tests = []string{"none"}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", cell(row.what), cell(row.theirs), row.state, cell(row.ours), strings.Join(tests, ", "))
	}
	return b.String()
}

// TestReadmeSo: the page speaks of kinds and tests that exist; what is there has a
// test, and every kind has its golden.
func TestReadmeSo(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range readmeSoSections() {
		known := slices.ContainsFunc(readme.Kinds(), func(k schema.Block) bool { return k.Name == row.kind })
		if _, err := os.Stat("../readme/testdata/kinds/" + row.kind + ".txtar"); !known || seen[row.kind] || err != nil {
			t.Errorf("%s: %s is no kind, stands twice or has no golden: %v", row.theirs, row.kind, err)
		}
		seen[row.kind] = true
	}
	if len(seen) != 34 {
		t.Errorf("%d of the 34 sections are there", len(seen))
	}
	for _, row := range readmeSoAbilities() {
		if row.state == no != (row.proofs == nil) || !slices.Contains([]string{yes, partly, no}, row.state) {
			t.Errorf("%s: %s", row.what, row.state)
		}
		for _, p := range row.proofs {
			test, file := p.link()
			src, err := os.ReadFile(path.Join("..", file))
			if err != nil || strings.HasSuffix(file, ".go") && !strings.Contains(string(src), "\nfunc "+test+"(t *testing.T) {") {
				t.Errorf("%s: there is no %s in %s: %v", row.what, test, file, err)
			}
		}
	}
}
