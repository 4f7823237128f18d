package facts

import (
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func modelBlock() schema.Block {
	return schema.Block{
		Name: "model", Labels: []string{"name"},
		Doc:     "A trained model, read as `model.NAME`.",
		Example: "dataset \"raw\" {\n  path = \"data/raw.csv\"\n}\nstage \"fit\" {\n  run  = \"churn.pipeline.train\"\n  deps = [dataset.raw]\n  outs = { model = \"models/model.skops\" }\n}\nmodel \"churn\" {\n  artifact = stage.fit.outs.model\n  inputs   = dataset.raw\n  card {\n    intended_use = \"Rank accounts for retention calls\"\n    risk_class   = \"limited\"\n  }\n}\n",
		Attrs: []schema.Attr{
			{Name: "artifact", Type: cty.DynamicPseudoType, Required: true, Doc: "The file of the model: an out of a stage, or a path."},
			{Name: "format", Type: cty.String, Default: "the artifact's extension", Doc: "Format of the file, such as `skops`, `onnx` or `safetensors`."},
			{Name: "inputs", Type: cty.DynamicPseudoType, Default: "none", Doc: "The dataset whose features the model takes."},
			{Name: "title", Type: cty.String, Default: "the name", Doc: "Human title."},
			{Name: "description", Type: cty.String, Default: "empty", Doc: "What the model does."},
			{Name: "version", Type: cty.String, Default: "empty", Doc: "Version of the model."},
		},
		Blocks: []schema.Block{{
			Name: "card", Single: true, Doc: "What the model card says.",
			Attrs: []schema.Attr{
				{Name: "intended_use", Type: cty.String, Default: "empty", Doc: "What the model is for."},
				{Name: "out_of_scope", Type: cty.String, Default: "empty", Doc: "What it must not be used for."},
				{Name: "limitations", Type: cty.String, Default: "empty", Doc: "Where it is known to fail."},
				{Name: "ethics", Type: cty.String, Default: "empty", Doc: "Whom it may harm, and how that is kept in check."},
				{Name: "risk_class", Type: cty.String, OneOf: []string{"minimal", "limited", "high", "unacceptable"}, Default: "none", Doc: "Risk class under the EU AI Act."},
				{Name: "owner", Type: cty.String, Default: "empty", Doc: "Person or team that answers for the model."},
				{Name: "contact", Type: cty.String, Default: "empty", Doc: "Where to turn with questions."},
				{Name: "license", Type: cty.String, Default: "empty", Doc: "SPDX identifier of the model's license."},
				{Name: "citation", Type: cty.String, Default: "empty", Doc: "How to cite the model."},
			},
		}},
	}
}

func serviceBlock() schema.Block {
	return schema.Block{
		Name: "service", Labels: []string{"name"},
		Doc:     "A server that answers with a model's predictions, read as `service.NAME`.",
		Example: "model \"served\" {\n  artifact = stage.build.outs.model\n}\nstage \"build\" {\n  run  = \"churn.pipeline.train\"\n  outs = { model = \"models/model.skops\" }\n}\nservice \"api\" {\n  model     = model.served\n  framework = \"fastapi\"\n  port      = 8080\n  endpoints = { predict = \"/predict\", health = \"/healthz\" }\n  log       = \"logs/requests.jsonl\"\n}\n",
		Attrs: []schema.Attr{
			{Name: "model", Type: cty.DynamicPseudoType, Required: true, Doc: "The model it serves, such as `model.churn`."},
			{Name: "inputs", Type: cty.DynamicPseudoType, Default: "those of the model", Doc: "The dataset whose features a request holds."},
			{Name: "framework", Type: cty.String, OneOf: []string{"fastapi", "bentoml", "litserve", "kserve", "ray", "custom"}, Default: "`\"fastapi\"`", Doc: "What the server is built with."},
			{Name: "description", Type: cty.String, Default: "empty", Doc: "What the service is for."},
			{Name: "host", Type: cty.String, Default: "`\"0.0.0.0\"`", Doc: "Address it listens on."},
			{Name: "port", Type: cty.Number, Default: "8000", Doc: "Port it listens on, 1 to 65535."},
			{Name: "endpoints", Type: cty.Map(cty.String), Default: "`predict` at `/predict`, `health` at `/healthz`, `metrics` at `/metrics`", Doc: "Paths it answers at, by name."},
			{Name: "log", Type: cty.String, Default: "none", Doc: "Path of the file it logs requests to."},
			{Name: "allow_pii", Type: cty.Bool, Default: "false", Doc: "Log requests although a feature is personal data."},
			{Name: "replicas", Type: cty.Number, Default: "1", Doc: "How many copies run."},
			{Name: "resources", Type: resourcesType(), Default: "none", Doc: "Object of `cpu` (cores), `memory` (such as `\"8Gi\"`) and `gpu` (a count), for each copy."},
			{Name: "environment", Type: cty.DynamicPseudoType, Default: "none", Doc: "The environment it runs in."},
		},
	}
}

func monitorBlock() schema.Block {
	return schema.Block{
		Name: "monitor", Labels: []string{"name"},
		Doc:     "A comparison of live data with what the model was trained on, read as `monitor.NAME`.",
		Example: "dataset \"past\" {\n  path = \"data/past.csv\"\n}\nmonitor \"drift\" {\n  reference = dataset.past\n  current   = \"logs/requests.jsonl\"\n  method    = \"psi\"\n  threshold = 0.2\n  schedule  = \"0 6 * * 1\"\n}\n",
		Attrs: []schema.Attr{
			{Name: "reference", Type: cty.DynamicPseudoType, Required: true, Doc: "What is compared with: an out of a stage, a dataset or a path."},
			{Name: "current", Type: cty.DynamicPseudoType, Required: true, Doc: "What is watched: a path, such as `service.api.log`, an out of a stage or a dataset."},
			{Name: "service", Type: cty.DynamicPseudoType, Default: "none", Doc: "The service that is watched."},
			{Name: "description", Type: cty.String, Default: "empty", Doc: "What the monitor is for."},
			{Name: "method", Type: cty.String, OneOf: []string{"psi", "ks", "chi2", "wasserstein", "jensen_shannon"}, Default: "`\"psi\"`", Doc: "How distributions are compared."},
			{Name: "threshold", Type: cty.Number, Default: "0.2 for psi, 0.05 for ks and chi2 (p-values), else 0.1", Doc: "Where drift begins."},
			{Name: "columns", Type: cty.DynamicPseudoType, Default: "the features that are not personal data, where the dataset is known", Doc: "List of columns, or of their names."},
			{Name: "on_breach", Type: cty.String, OneOf: []string{"alert", "retrain", "none"}, Default: "`\"alert\"`", Doc: "What follows from drift."},
			{Name: "schedule", Type: cty.String, Default: "none", Doc: "When it runs: a cron expression of five fields, in UTC."},
			{Name: "allow_pii", Type: cty.Bool, Default: "false", Doc: "Watch columns that are personal data too."},
		},
	}
}

func environmentBlock() schema.Block {
	return schema.Block{
		Name: "environment", Labels: []string{"name"},
		Doc:     "A place where stages and services run, read as `environment.NAME`.",
		Example: "environment \"production\" {\n  deploy    = \"kustomize\"\n  approval  = true\n  variables = { MLFLOW_TRACKING_URI = \"MLFLOW_URI\" }\n}\n",
		Attrs: []schema.Attr{
			{Name: "description", Type: cty.String, Default: "empty", Doc: "What the environment is for."},
			{Name: "deploy", Type: cty.String, OneOf: []string{"none", "compose", "kustomize", "helm", "sagemaker", "vertex", "azureml", "databricks"}, Default: "`\"none\"`", Doc: "How services get there."},
			{Name: "approval", Type: cty.Bool, Default: "false", Doc: "Whether a person must approve each deployment."},
			{Name: "namespace", Type: cty.String, Default: "none", Doc: "Kubernetes namespace."},
			{Name: "url", Type: cty.String, Default: "none", Doc: "Address under which it is reached."},
			{Name: "variables", Type: cty.Map(cty.String), Default: "empty", Doc: "Environment variables, each with the name of the secret that holds its value; never the value."},
			{Name: "manager", Type: cty.String, OneOf: []string{"uv", "pip", "poetry", "pdm", "pixi", "conda"}, Default: "none", Doc: "Package manager that sets it up."},
			{Name: "groups", Type: cty.List(cty.String), Default: "empty", Doc: "Dependency groups that are installed."},
			{Name: "index", Type: cty.String, Default: "none", Doc: "URL of the package index for CUDA wheels."},
		},
	}
}
