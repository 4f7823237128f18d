package readme

import (
	"cmp"
	"slices"
	"strings"
)

// Preset is an order of sections.
type Preset struct {
	// Name is what the spec calls it, Doc one sentence on what it is for.
	Name, Doc string
	// Kinds are section kinds in the order in which a README has those that it
	// has. "custom" stands for every kind that is not named.
	Kinds []string
}

// Presets are the known orders. The slice is the caller's own.
func Presets() []Preset {
	return []Preset{
		preset("standard", "The order of the Standard Readme specification, which suits most projects.", `
			title logo badges status toc security background features screenshots demo
			prerequisites installation quickstart run_locally usage cli configuration env_variables project_tree
			custom architecture api tests development tasks ci deployment documentation
			roadmap changelog faq troubleshooting related used_by support feedback
			authors contributors acknowledgements funding contributing citation glossary appendix license`),
		preset("ml_paper", "The order of the template for releasing research code, with what makes results reproducible.", `
			title logo badges status toc background features demo checklist
			prerequisites installation data dataset_card configuration pipeline training hyperparameters evaluation metrics
			pretrained_models model_card results experiments notebooks
			reproducibility hardware environmental_impact limitations project_tree custom
			faq related acknowledgements funding authors contributors citation contributing license`),
		preset("service", "For a model or program that is run: how to start, call, watch and repair it.", `
			title logo badges status toc background features architecture demo
			prerequisites installation quickstart run_locally usage configuration env_variables
			serving api deployment ci monitoring security troubleshooting faq custom
			pipeline data training evaluation metrics model_card limitations
			project_tree development tests tasks documentation roadmap changelog
			support feedback contributing authors contributors acknowledgements license`),
		preset("library", "For a package that others import: install, use, look up.", `
			title logo badges status toc features installation quickstart usage api cli configuration
			documentation custom faq troubleshooting background optimizations used_by related
			development tests tasks ci project_tree roadmap changelog security support feedback
			contributing authors contributors acknowledgements funding citation license`),
		preset("dataset", "For a dataset: what is in it, where it comes from, how it may be used.", `
			title logo badges status toc background dataset_card data data_dictionary
			installation quickstart usage notebooks pipeline configuration
			limitations reproducibility custom project_tree faq changelog support
			authors contributors acknowledgements funding citation contributing license`),
		preset("kaggle", "For an entry in a competition: the result first, then how to get it again.", `
			title badges background results metrics toc data features notebooks
			prerequisites installation quickstart pipeline training hyperparameters evaluation pretrained_models
			experiments hardware reproducibility project_tree lessons optimizations custom
			related authors contributors acknowledgements license`),
		preset("minimal", "The little that every repository needs.", `
			title badges installation usage custom tests contributing license`),
		preset("profile", "For the README of a person.", `
			profile_intro profile_about profile_skills profile_links profile_other custom support funding`),
	}
}

func preset(name, doc, kinds string) Preset {
	return Preset{Name: name, Doc: doc, Kinds: strings.Fields(kinds)}
}

// Order is the order in which a preset puts sections, given their kinds in the
// order of the spec: the indices into kinds, each once. Sections of the same
// kind keep their order. A kind that the preset does not name goes where it has
// "custom"; one without a heading, such as an alert, stays behind the section
// that it follows. False when there is no such preset.
func Order(kinds []string, preset string) ([]int, bool) {
	all := Presets()
	at := slices.IndexFunc(all, func(p Preset) bool { return p.Name == preset })
	if at < 0 {
		return nil, false
	}
	d := document{catalogue: catalogue()}
	ranks := make([]int, len(kinds))
	for i, name := range kinds {
		ranks[i] = slices.Index(all[at].Kinds, name)
		k := d.kind(name)
		switch {
		case ranks[i] >= 0:
		case i > 0 && k != nil && k.heading == "" && k.top == nil:
			ranks[i] = ranks[i-1]
		case k != nil && k.top != nil:
			ranks[i] = -1
		default:
			ranks[i] = slices.Index(all[at].Kinds, "custom")
		}
	}
	order := make([]int, len(kinds))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ranks[a], ranks[b]) })
	return order, true
}
