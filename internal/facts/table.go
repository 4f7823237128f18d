package facts

import (
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// The words that more than one place needs.
func columnTypes() []string {
	return []string{"int", "float", "bool", "string", "category", "datetime", "text", "image", "vector(N)"}
}

func roles() []string {
	return []string{"feature", "target", "id", "time", "group", "weight", "prediction"}
}

func sources() []string {
	return []string{"bundled", "file", "url", "sql", "s3", "gcs", "azure", "feature_view"}
}

func imputes() []string {
	return []string{"mean", "median", "mode", "zero", "forward_fill", "drop"}
}

// columnAttrs are the attributes of a column as a spec writes them.
func columnAttrs() map[string]cty.Type {
	return map[string]cty.Type{
		"type": cty.String, "role": cty.String, "description": cty.String, "unit": cty.String,
		"min": cty.Number, "max": cty.Number, "values": cty.List(cty.String), "regex": cty.String,
		"unique": cty.Bool, "nullable": cty.Bool, "pii": cty.Bool, "impute": cty.String, "drift": cty.Number,
	}
}

func columnsType() cty.Type {
	var optional []string
	for name := range columnAttrs() {
		if name != "type" {
			optional = append(optional, name)
		}
	}
	return cty.Map(cty.ObjectWithOptionalAttrs(columnAttrs(), optional))
}

func resourcesType() cty.Type {
	return cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"cpu": cty.Number, "memory": cty.String, "gpu": cty.Number,
	}, []string{"cpu", "memory", "gpu"})
}

func datasetBlock() schema.Block {
	return schema.Block{
		Name: "dataset", Labels: []string{"name"},
		Doc:     "A table or a folder of data. Its columns are declared once: validation, forms, cards and tests follow. Read as `dataset.NAME`, a column as `dataset.NAME.columns.age`.",
		Example: "dataset \"customers\" {\n  path    = \"data/raw/customers.csv\"\n  license = \"CC0-1.0\"\n  columns = {\n    age     = { type = \"int\", min = 18, max = 110, unit = \"years\" }\n    plan    = { type = \"category\", values = [\"free\", \"pro\"] }\n    churned = { type = \"bool\", role = \"target\" }\n  }\n  source \"bundled\" {\n    rows = 1000\n    seed = 7\n  }\n}\n",
		Attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Required: true, Doc: "File or directory, relative to the project root. It may be an out of a stage."},
			{Name: "title", Type: cty.String, Default: "the name", Doc: "Human title."},
			{Name: "description", Type: cty.String, Default: "empty", Doc: "What it holds and how it was collected."},
			{Name: "version", Type: cty.String, Default: "empty", Doc: "Version of the data, or what versions it, such as `dvc`."},
			{Name: "license", Type: cty.String, Default: "empty", Doc: "SPDX identifier of the data's license."},
			{Name: "homepage", Type: cty.String, Default: "empty", Doc: "URL that describes the data."},
			{Name: "columns", Type: columnsType(), Default: "empty", Doc: "Columns in order, each an object. `type` is one of `int`, `float`, `bool`, `string`, `category`, `datetime`, `text`, `image`, `vector(N)`; `role` one of `feature` (the default), `target`, `id`, `time`, `group`, `weight`, `prediction`. Further: `description`, `unit`, `min` and `max` (numbers), `values` (categories and strings), `regex` (strings), `unique`, `nullable`, `pii`, `impute` (`mean`, `median`, `mode`, `zero`, `forward_fill`, `drop`) and `drift`, a threshold of its own for monitors."},
		},
		Blocks: []schema.Block{{
			Name: "source", Labels: []string{"type"}, Single: true,
			Doc: "Where the data comes from. The label is one of `bundled`, `file`, `url`, `sql`, `s3`, `gcs`, `azure`, `feature_view`.",
			Attrs: []schema.Attr{
				{Name: "generator", Type: cty.String, Doc: "Name of the generator of `bundled` data."},
				{Name: "rows", Type: cty.Number, Doc: "Number of rows of `bundled` data."},
				{Name: "seed", Type: cty.Number, Doc: "Seed of `bundled` data."},
				{Name: "url", Type: cty.String, Doc: "Address for `url`; endpoint for `s3`, account for `azure`. Without user and password."},
				{Name: "sha256", Type: cty.String, Doc: "Digest of the file, for `file`, `url`, `s3`, `gcs` and `azure`."},
				{Name: "path", Type: cty.String, Doc: "Path of the `file`; key or prefix in the bucket."},
				{Name: "bucket", Type: cty.String, Doc: "Bucket of `s3` and `gcs`, container of `azure`."},
				{Name: "query", Type: cty.String, Doc: "Query of `sql`."},
				{Name: "connection", Type: cty.String, Doc: "Name of the secret that holds the connection of `sql`, such as `DATABASE_URL`."},
				{Name: "view", Type: cty.String, Doc: "Name of the `feature_view`."},
			},
		}},
	}
}

func stageBlock() schema.Block {
	return schema.Block{
		Name: "stage", Labels: []string{"name"},
		Doc:     "A step of the pipeline. The order follows from who needs whose outs, read as `stage.NAME.outs.KEY`. Exactly one of `run` and `command` is given.",
		Example: "dataset \"raw\" {\n  path = \"data/raw.csv\"\n}\nstage \"train\" {\n  run     = \"churn.pipeline.train\"\n  deps    = [dataset.raw]\n  outs    = { model = \"models/model.skops\" }\n  params  = { max_depth = 4 }\n  metrics = { report = \"reports/metrics.json\" }\n  gate \"accuracy\" {\n    min = 0.75\n  }\n}\n",
		Attrs: []schema.Attr{
			{Name: "run", Type: cty.String, Doc: "Dotted path of the Python module to run, such as `churn.pipeline.train`."},
			{Name: "command", Type: cty.String, Doc: "Shell command to run instead."},
			{Name: "description", Type: cty.String, Default: "empty", Doc: "What the stage does."},
			{Name: "deps", Type: cty.DynamicPseudoType, Default: "empty", Doc: "List of what it reads: datasets, outs of other stages, paths of files."},
			{Name: "outs", Type: cty.Map(cty.String), Default: "empty", Doc: "Paths it writes, by a name of your choice."},
			{Name: "params", Type: cty.DynamicPseudoType, Default: "empty", Doc: "Object of parameters."},
			{Name: "metrics", Type: cty.Map(cty.String), Default: "empty", Doc: "Paths of the metric files it writes, by name."},
			{Name: "plots", Type: cty.Map(cty.String), Default: "empty", Doc: "Paths of the plots it writes, by name."},
			{Name: "environment", Type: cty.DynamicPseudoType, Default: "none", Doc: "The environment it runs in, such as `environment.gpu`."},
			{Name: "resources", Type: resourcesType(), Default: "none", Doc: "Object of `cpu` (cores), `memory` (such as `\"8Gi\"`) and `gpu` (a count)."},
			{Name: "cache", Type: cty.Bool, Default: "true", Doc: "Whether its outs go into the cache of the pipeline's runner."},
		},
		Blocks: []schema.Block{{
			Name: "gate", Labels: []string{"metric"},
			Doc: "A bound that a metric must keep, or the pipeline fails. The label is a metric that the kind of problem has.",
			Attrs: []schema.Attr{
				{Name: "min", Type: cty.Number, Doc: "Least value that passes."},
				{Name: "max", Type: cty.Number, Doc: "Greatest value that passes."},
				{Name: "split", Type: cty.String, OneOf: []string{"train", "validation", "test"}, Default: "`\"test\"`", Doc: "Data the metric is measured on."},
			},
		}},
	}
}

// ProblemBlock is the table of the problem block within the project block. The
// result is the caller's.
func ProblemBlock() schema.Block {
	return schema.Block{
		Name: "problem", Single: true,
		Doc:     "What is to be predicted. It decides which metrics, baselines and cards make sense.",
		Example: "problem {\n  kind     = \"binary_classification\"\n  target   = dataset.customers.columns.churned\n  baseline = \"majority_class\"\n  metric   = \"roc_auc\"\n}\n",
		Attrs: []schema.Attr{
			{Name: "kind", Type: cty.String, Required: true, OneOf: Kinds(), Doc: "Kind of problem."},
			{Name: "description", Type: cty.String, Default: "empty", Doc: "The question in words."},
			{Name: "target", Type: cty.DynamicPseudoType, Default: "none", Doc: "The column to predict, such as `dataset.customers.columns.churned`; a list where the kind allows several."},
			{Name: "positive", Type: cty.String, Default: "`\"true\"` for a bool, else none", Doc: "The label that counts as positive in binary classification."},
			{Name: "baseline", Type: cty.String, Default: "none", Doc: "What a model must beat, such as `majority_class`, `mean`, `seasonal_naive` or `previous_model`."},
			{Name: "metric", Type: cty.String, Default: "the first one of the kind", Doc: "The metric that decides between models."},
			{Name: "metrics", Type: cty.Map(cty.String), Default: "empty", Doc: "Metrics of the project's own: name to `higher` or `lower`, whichever is better."},
		},
	}
}
