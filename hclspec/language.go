package hclspec

import (
	"slices"

	"github.com/mlops-as-code/mlops/internal/facts"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// PersonType is the type of an author.
var personType = cty.ObjectWithOptionalAttrs(map[string]cty.Type{
	"name":  cty.String,
	"email": cty.String,
}, []string{"email"})

// Language returns the table of the whole language: the root block holds every
// block a spec may have. sections are the README section kinds, which another
// package owns.
func Language(sections []schema.Block) schema.Block {
	return schema.Block{
		Name: "spec",
		Doc:  "A spec is `mlops.hcl`, with any `*.mlops.hcl` beside it, or the JSON twin `mlops.hcl.json`.",
		Blocks: slices.Concat(
			[]schema.Block{mlopsBlock(), projectBlock(), variableBlock(), localsBlock(), outputBlock()},
			facts.Blocks(),
			[]schema.Block{
				fileBlock(), fileBlockBlock(), fileKeysBlock(), directoryBlock(), readmeBlock(sections), gitBlock(), checkBlock(),
				componentBlock(), movedBlock(), removedBlock(), importBlock(),
			},
		),
	}
}

func mlopsBlock() schema.Block {
	return schema.Block{
		Name: "mlops", Single: true,
		Doc:     "Settings for the tool itself, read before anything else.",
		Example: "mlops {\n  required_version = \">= 0.1\"\n}\n",
		Attrs: []schema.Attr{
			{Name: "required_version", Type: cty.String, Doc: "Version constraint on the mlops binary, such as `~> 0.1` or `>= 0.1, < 2.0`. It must be a plain string."},
			{Name: "sources", Type: cty.Map(cty.String), Default: "empty", Doc: "Short forms of your own for the sources of components, as plain strings: with `sources = { corp = \"https://git.example.com/{}.git\" }`, `corp:ml/base` is `git::https://git.example.com/ml/base.git`."},
		},
	}
}

func projectBlock() schema.Block {
	return schema.Block{
		Name: "project", Labels: []string{"name"}, Single: true,
		Doc:     "The project's facts. Its label is the project's name; templates and sections see them as `project.name`, `project.title` and so on.",
		Example: "project \"churn\" {\n  title   = \"Customer churn\"\n  license = \"Apache-2.0\"\n  python  = [\"3.11\", \"3.12\"]\n  authors = [{ name = \"Ada Byron\", email = \"ada@example.com\" }]\n}\n",
		Attrs: []schema.Attr{
			{Name: "title", Type: cty.String, Default: "the name", Doc: "Human title of the project."},
			{Name: "summary", Type: cty.String, Default: "empty", Doc: "One sentence on what the project does."},
			{Name: "package", Type: cty.String, Default: "the name with `-` as `_`", Doc: "Import name of the Python package."},
			{Name: "license", Type: cty.String, Default: "none", Doc: "SPDX identifier of the license."},
			{Name: "python", Type: cty.List(cty.String), Default: "empty", Doc: "Supported Python versions, quoted, oldest first."},
			{Name: "authors", Type: cty.List(personType), Default: "empty", Doc: "Authors, each with `name` and `email`."},
			{Name: "repository", Type: cty.String, Default: "none", Doc: "URL of the source repository."},
		},
		Blocks: []schema.Block{facts.ProblemBlock()},
	}
}

func variableBlock() schema.Block {
	return schema.Block{
		Name: "variable", Labels: []string{"name"},
		Doc:     "An input of the spec, read as `var.NAME`. Later wins: default, `MLOPS_VAR_name`, `mlops.vars.hcl`, `*.auto.vars.hcl` by name, then `--var-file` and `--var` in the order given.",
		Example: "variable \"python\" {\n  type    = string\n  default = \"3.12\"\n  validation {\n    condition     = contains([\"3.11\", \"3.12\"], var.python)\n    error_message = \"python must be 3.11 or 3.12.\"\n  }\n}\n",
		Attrs: []schema.Attr{
			{Name: "type", Mode: schema.TypeExpr, Type: cty.DynamicPseudoType, Default: "any", Doc: "Type constraint, such as `string`, `list(string)` or `object({ name = string, size = optional(number, 1) })`."},
			{Name: "default", Type: cty.DynamicPseudoType, Default: "none: a value must be given", Doc: "Value when none is given. It may not refer to anything."},
			{Name: "description", Type: cty.String, Doc: "What the variable is for; `init` shows it."},
			{Name: "sensitive", Type: cty.Bool, Default: "false", Doc: "Keep the value out of every output. A sensitive value can reach no file content, lock, plan or commit."},
			{Name: "nullable", Type: cty.Bool, Default: "true", Doc: "Whether `null` may be given. When false, `null` means the default."},
		},
		Blocks: []schema.Block{{
			Name: "validation", Doc: "A rule on the value.",
			Attrs: conditionAttrs(),
		}},
	}
}

func conditionAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "condition", Type: cty.Bool, Required: true, Doc: "Expression that must be true."},
		{Name: "error_message", Type: cty.String, Required: true, Doc: "Full sentence that says what to do when it is not."},
	}
}

func localsBlock() schema.Block {
	return schema.Block{
		Name: "locals", FreeAttrs: true,
		Doc:     "Named expressions, read as `local.NAME`.",
		Example: "locals {\n  src = \"src/${project.package}\"\n}\n",
	}
}

func outputBlock() schema.Block {
	return schema.Block{
		Name: "output", Labels: []string{"name"},
		Doc:     "A value printed by `mlops output`.",
		Example: "output \"package\" {\n  value = project.package\n}\n",
		Attrs: []schema.Attr{
			{Name: "value", Type: cty.DynamicPseudoType, Required: true, Doc: "The value."},
			{Name: "description", Type: cty.String, Doc: "What it is."},
			{Name: "sensitive", Type: cty.Bool, Default: "false", Doc: "Show the value only on request. Required when the value is sensitive."},
		},
	}
}

func fileBlock() schema.Block {
	return schema.Block{
		Name: "file", Labels: []string{"path"},
		Doc:     "One file, or one per element of `for_each`. The label is its path, unless `path` is set: then the label is only a name. Exactly one of `content`, `source`, `template` and `card` is given.",
		Example: "file \"params.yaml\" {\n  content = yamlencode({ seed = 42 })\n}\n",
		Attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Default: "the label", Doc: "Path relative to the project root, with slashes."},
			{Name: "content", Type: cty.String, Doc: "The file's text."},
			{Name: "source", Type: cty.String, Doc: "Path of a file, relative to the project root, that is copied byte for byte; its permission is that of `mode`, not of the file."},
			{Name: "template", Type: cty.String, Doc: "Path of an HCL template, relative to the project root. It sees `vars` and the facts (`project`, `dataset`, `stage`, ...), nothing else."},
			{Name: "card", Type: cty.DynamicPseudoType, Doc: "A model or a dataset, whose card for the Hugging Face Hub the file is, with front matter; or `project`, for its citation (CITATION.cff). It is made from the facts and the metrics files, and what nothing states is left out; `mlops readme doctor` lists that."},
			{Name: "vars", Type: cty.DynamicPseudoType, Default: "empty", Doc: "Object whose attributes the template sees by name."},
			{Name: "mode", Type: cty.String, OneOf: []string{"0644", "0755"}, Default: "`\"0644\"`", Doc: "Permission, as a quoted string; only the executable bit is kept by git."},
			{Name: "ownership", Type: cty.String, OneOf: []string{"spec", "shared", "user"}, Default: "`\"spec\"`", Doc: "`spec`: mlops owns the bytes, an outside edit is drift. `shared`: edits stay, changes of the spec are merged in. `user`: written once, then theirs."},
			{Name: "for_each", Type: cty.DynamicPseudoType, Doc: "Map or set of strings; one file per element, with `each.key` and `each.value`."},
		},
		Blocks: []schema.Block{lifecycleBlock()},
	}
}

func lifecycleBlock() schema.Block {
	return schema.Block{
		Name: "lifecycle", Single: true, Doc: "Guards on the object.",
		Attrs: []schema.Attr{
			{Name: "prevent_destroy", Type: cty.Bool, Default: "false", Doc: "Refuse every plan that would delete the file, also after its block is gone."},
		},
		Blocks: []schema.Block{
			{Name: "precondition", Doc: "A rule checked before anything is rendered.", Attrs: conditionAttrs()},
			{Name: "postcondition", Doc: "A rule on the result, which it sees as `self.path`, `self.mode` and `self.content`.", Attrs: conditionAttrs()},
		},
	}
}

func directoryBlock() schema.Block {
	return schema.Block{
		Name: "directory", Labels: []string{"path"},
		Doc:     "A directory that exists in every clone. Git stores no empty directories, so a `.gitkeep` is written.",
		Example: "directory \"data/raw\" {\n  keep = true\n}\n",
		Attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Default: "the label", Doc: "Path relative to the project root, with slashes."},
			{Name: "keep", Type: cty.Bool, Default: "true", Doc: "Write a `.gitkeep` file; false is refused, because git would not keep the directory."},
			{Name: "for_each", Type: cty.DynamicPseudoType, Doc: "Map or set of strings; one directory per element."},
		},
	}
}

func readmeBlock(sections []schema.Block) schema.Block {
	return schema.Block{
		Name: "readme", Single: true,
		Doc:     "The README. The order of the sections is their order in the file; `dynamic \"section\"` repeats one.",
		Example: "readme {\n  section \"title\" {}\n  section \"usage\" {\n    body = \"Run `make train`.\"\n  }\n}\n",
		Attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Default: "`\"README.md\"`", Doc: "Path relative to the project root."},
			{Name: "lang", Type: cty.String, Default: "`\"en\"`", Doc: "Language of the headings and sentences that mlops writes: `de`, `en`, `es`, `fr`, `ja`, `pt`, `tr` or `zh`."},
			{Name: "preset", Type: cty.String, Default: "none: the order of the spec", Doc: "Order of the sections: `standard`, `ml_paper`, `service`, `library`, `dataset`, `kaggle`, `minimal` or `profile`. The sections of the spec stand in that order, and the preset's other kinds are added where the project has something to fill them with: facts, managed files, the license. One that the project cannot fill is left out. A section of the spec stands for its kind, also with `enabled = false`; a table of contents is added from 100 lines on."},
			{Name: "markers", Type: cty.String, OneOf: []string{"auto", "always"}, Default: "`\"auto\"`", Doc: "Whether comments enclose every section; `auto` is only those that no heading tells apart."},
		},
		Blocks: []schema.Block{sectionBlock(sections), {
			Name: "translation", Labels: []string{"lang"},
			Doc: "The README in another language, as an object `readme.LANG`: the same sections in the same order, with headings and sentences of mlops in that language. A section in it replaces the one of the same kind and name, for words of your own; one that the README has not stands at the end. Each README links to the others.",
			Attrs: []schema.Attr{
				{Name: "path", Type: cty.String, Default: "that of the README with the language, such as `README.de.md`", Doc: "Path relative to the project root."},
			},
			Blocks: []schema.Block{sectionBlock(sections)},
		}},
	}
}

func sectionBlock(sections []schema.Block) schema.Block {
	return schema.Block{
		Name: "section", Labels: []string{"kind", "name?"},
		Doc:    "One section of the given kind; the second label tells two sections of one kind apart.",
		Blocks: append(owned(sections), placeSection()),
	}
}

// owned adds to every kind of section who owns it.
func owned(sections []schema.Block) []schema.Block {
	out := slices.Clone(sections)
	for i := range out {
		out[i].Attrs = append(slices.Clip(out[i].Attrs), schema.Attr{
			Name: "ownership", Type: cty.String, OneOf: []string{"spec", "shared", "user"}, Default: "`\"spec\"`",
			Doc: "`spec`: an edit of the section is drift. `shared`: edits stay, changes of the spec are merged in. `user`: written once, then theirs.",
		})
	}
	return out
}

func gitBlock() schema.Block {
	return schema.Block{
		Name: "git", Single: true,
		Doc:     "How apply commits.",
		Example: "git {\n  message = \"chore(mlops): ${plan.summary}\"\n  author  = { name = \"Ada Byron\", email = \"ada@example.com\" }\n}\n",
		Attrs: []schema.Attr{
			{Name: "message", Type: cty.String, Mode: schema.Deferred, Default: "`\"chore(mlops): ${plan.summary}\"`", Doc: "Commit message. It alone sees `plan.summary`."},
			{Name: "author", Type: personType, Default: "as git resolves it", Doc: "Identity of author and committer."},
			{Name: "commit", Type: cty.Bool, Default: "true", Doc: "Whether apply commits."},
			{Name: "default_branch", Type: cty.String, Default: "git's `init.defaultBranch`, else `main`", Doc: "Branch of a repository that apply creates."},
			{Name: "backend", Type: cty.String, OneOf: []string{"mlops", "git"}, Default: "`\"mlops\"`", Doc: "`git` commits through the git program, so that hooks, signing and filters run."},
		},
	}
}

func checkBlock() schema.Block {
	return schema.Block{
		Name: "check", Labels: []string{"name"},
		Doc:     "Rules on the project as it will be after apply: in it `fileexists` and `file` see the planned files too.",
		Example: "check \"readme\" {\n  severity = \"error\"\n  assert {\n    condition     = fileexists(\"README.md\")\n    error_message = \"Every project needs a README.\"\n  }\n}\n",
		Attrs: []schema.Attr{
			{Name: "severity", Type: cty.String, OneOf: []string{"warning", "error"}, Default: "`\"warning\"`", Doc: "Whether a failure fails the plan (exit 1) or only warns."},
		},
		Blocks: []schema.Block{{Name: "assert", Doc: "One rule.", Attrs: conditionAttrs()}},
	}
}
