package catalog_test

// propagation says, for each fact, how the test changes it, what must be gone
// then, and what must have changed: all of it and nothing else.
var propagation = []struct {
	fact, old, now string
	gone           []string
	consumers      string // addresses
}{
	{
		fact: "project.name", old: "churn-model", now: "leavers", gone: []string{"churn-model"},
		consumers: `
			component.container.file.devcontainer["devcontainer"]
			component.monitoring.file.alerts
			component.monitoring.file.dashboard
			component.package.file.cli["cli"]
			component.package.file.init
			component.package.file.test_cli["cli"]
			component.package.file.test_package
			component.package.file_keys.project
			component.tracking.file.tracking
			readme
		`,
	},
	{
		fact: "project.title", old: "Customer churn", now: "Lost customers", gone: []string{"Customer churn"},
		consumers: `
			component.hygiene.file.security["security"]
			component.package.file.init
			component.serve.file.app
			readme
		`,
	},
	{
		fact: "project.summary", old: "Who leaves in the next month.", now: "Who stays.", gone: []string{"Who leaves in the next month."},
		consumers: `
			component.package.file.cli["cli"]
			component.package.file_keys.project
			readme
		`,
	},
	{
		fact: "project.package stage", old: "churnpkg", now: "leavers", gone: []string{"churnpkg"},
		consumers: `
			component.ci.file[".github/workflows/ci.yml"]
			component.container.file.Dockerfile
			component.contract.file.contract
			component.contract.file.sample
			component.contract.file.test_contract
			component.monitoring.file.drift
			component.monitoring.file.test_drift
			component.package.file.cli["cli"]
			component.package.file.init
			component.package.file.main["cli"]
			component.package.file.test_cli["cli"]
			component.package.file.test_package
			component.package.file.typed
			component.package.file_keys.project
			component.pipeline.file["dvc.yaml"]
			component.quality.file_keys.tools
			component.serve.file.app
			component.serve.file.main
			component.serve.file.package
			component.serve.file.schema
			component.serve.file.test_serve
			component.tracking.file.test_tracking
			component.tracking.file.tracking
			component.training.file.evaluate
			component.training.file.gates
			component.training.file.model
			component.training.file.package
			component.training.file.paths
			component.training.file.prepare
			component.training.file.test_pipeline
			component.training.file.train
			readme
		`,
	},
	{
		fact: "project.license", old: "Apache-2.0", now: "MIT", gone: []string{"Apache-2.0"},
		consumers: `
			component.cards.file["MODEL_CARD.md"]
			component.hygiene.file.license["license"]
			component.package.file_keys.project
			readme
		`,
	},
	{
		fact: "project.python", old: "\"3.11\", \"3.12\"", now: "\"3.12\", \"3.13\"", gone: []string{"3.11", "py311"},
		consumers: `
			component.ci.file[".github/workflows/ci.yml"]
			component.container.file.Dockerfile
			component.package.file[".python-version"]
			component.package.file_keys.project
			component.quality.file_keys.tools
			readme
		`,
	},
	{
		fact: "project.authors", old: "Ada Byron", now: "Mary Shelley", gone: []string{"Ada Byron"},
		consumers: `
			component.package.file_keys.project
		`,
	},
	{
		fact: "project.repository", old: "git.example.com/ada", now: "code.example.com/mary", gone: []string{"git.example.com/ada"},
		consumers: `
			component.package.file_keys.project
		`,
	},
	{
		fact: "project.authors", old: "ada@example.com", now: "mary@example.org", gone: []string{"ada@example.com"},
		consumers: `
			component.hygiene.file.security["security"]
			component.package.file_keys.project
		`,
	},
	{
		fact: "project.problem", old: "\"majority_class\"", now: "\"stratified\"", gone: []string{"BASELINE = \"most_frequent\"", "majority_class"},
		consumers: `
			component.cards.file["MODEL_CARD.md"]
			component.training.file.gates
			readme
		`,
	},
	{
		fact: "dataset", old: "max = 110", now: "max = 109", gone: []string{"110"},
		consumers: `
			component.contract.file.contract
			component.contract.file["DATASET_CARD.md"]
			component.serve.file.schema
		`,
	},
	{
		fact: "dataset", old: "Customers", now: "Accounts", gone: []string{"Customers"},
		consumers: `
			component.contract.file["DATASET_CARD.md"]
			readme
		`,
	},
	{
		fact: "dataset", old: "age         =", now: "years       =", gone: []string{`"age"`, "`age`"},
		consumers: `
			component.contract.file.contract
			component.contract.file["DATASET_CARD.md"]
			component.monitoring.file.alerts_test
			component.monitoring.file.drift
			component.serve.file.schema
			readme
		`,
	},
	{
		fact: "dataset", old: "rows = 1000", now: "rows = 1234", gone: []string{"ROWS = 1000"},
		consumers: `
			component.contract.file.sample
			readme
		`,
	},
	{
		fact: "stage", old: "data/raw/customers.csv", now: "data/raw/accounts.csv", gone: []string{"customers.csv"},
		consumers: `
			component.contract.file.contract
			component.contract.file["DATASET_CARD.md"]
			component.pipeline.file["dvc.yaml"]
			component.pipeline.file_block.ignore
			readme
		`,
	},
	{
		fact: "stage", old: "data/prepared/train.csv", now: "data/prepared/learn.csv", gone: []string{"prepared/train.csv"},
		consumers: `
			component.monitoring.file.drift
			component.pipeline.file["dvc.yaml"]
			component.pipeline.file_block.ignore
			component.training.file.paths
			readme
		`,
	},
	{
		fact: "stage", old: "max_depth = 4", now: "max_depth = 3", gone: []string{"max_depth = 4"},
		consumers: `
			component.training.file["params.toml"]
		`,
	},
	{
		fact: "stage", old: "models/model.skops", now: "models/best.skops", gone: []string{"models/model.skops"},
		consumers: `
			component.cards.file["MODEL_CARD.md"]
			component.container.file.Dockerfile
			component.container.file[".dockerignore"]
			component.pipeline.file["dvc.yaml"]
			component.pipeline.file_block.ignore
			component.serve.file.app
			component.training.file.paths
			readme
		`,
	},
	{
		fact: "stage", old: "min = 0.75", now: "min = 0.625", gone: []string{"0.75"},
		consumers: `
			component.cards.file["MODEL_CARD.md"]
			component.training.file.gates
		`,
	},
	{
		fact: "stage", old: "reports/metrics.json", now: "reports/quality.json", gone: []string{"reports/metrics.json"},
		consumers: `
			component.pipeline.file["dvc.yaml"]
			component.training.file.paths
			readme
		`,
	},
	{
		fact: "dataset", old: "impute = \"median\"", now: "impute = \"mean\"", gone: []string{"\"spend\": \"median\""},
		consumers: `
			component.training.file.paths
		`,
	},
	{
		fact: "project.pipeline stage", old: "gatherraw", now: "makeraw", gone: []string{"gatherraw"},
		consumers: `
			component.pipeline.file["dvc.yaml"]
			readme
		`,
	},
	{
		fact: "service", old: "8080", now: "9191", gone: []string{"8080"},
		consumers: `
			component.container.file.Dockerfile
			component.container.file.devcontainer["devcontainer"]
			component.container.file["compose.yaml"]
			component.serve.file.main
			readme
		`,
	},
	{
		fact: "service", old: "\"/predict\"", now: "\"/ask\"", gone: []string{"/predict"},
		consumers: `
			component.serve.file.app
			component.serve.file.test_serve
			readme
		`,
	},
	{
		fact: "service", old: "logs/requests.jsonl", now: "logs/asked.jsonl", gone: []string{"logs/requests.jsonl"},
		consumers: `
			component.monitoring.file.drift
			component.serve.file.app
			component.serve.file_block.ignore["log"]
			readme
		`,
	},
	{
		fact: "dataset project.problem", old: "{ type = \"bool\", role", now: "{ type = \"int\", role", gone: []string{"type=\"bool\""},
		consumers: `
			component.contract.file.contract
			component.contract.file["DATASET_CARD.md"]
			component.serve.file.app
		`,
	},
	{
		fact: "monitor", old: "0.35", now: "0.45", gone: []string{"0.35"},
		consumers: `
			component.monitoring.file.alerts_test
			component.monitoring.file.dashboard
			component.monitoring.file.drift
			readme
		`,
	},
	{
		fact: "model", old: "Team Keep", now: "Team Win", gone: []string{"Team Keep"},
		consumers: `
			component.cards.file["MODEL_CARD.md"]
			readme
		`,
	},
	{
		fact: "monitor", old: "17 6 * * 1", now: "23 5 * * *", gone: []string{"17 6 * * 1"},
		consumers: `
			component.ci.file[".github/workflows/ci.yml"]
			readme
		`,
	},
	{
		fact: "project.pipeline stage", old: "splitrows", now: "holdback", gone: []string{"splitrows"},
		consumers: `
			component.ci.file[".github/workflows/ci.yml"]
			component.pipeline.file["dvc.yaml"]
			component.training.file.paths
			component.training.file["params.toml"]
			readme
		`,
	},
	{
		fact: "project.components", gone: []string{"poe lint"},
		old: "component \"quality\" {\n  source = \"builtin/quality\"\n}", now: "",
		consumers: `
			component.ci.file[".github/workflows/ci.yml"]
			component.quality.file.hooks["pre-commit"]
			component.quality.file_block.ignore
			component.quality.file_keys.tools
			readme
		`,
	},
	{
		fact: "project.has_readme", old: "readme {\n  section \"title\" {}\n}\n", now: "", gone: []string{"project.readme"},
		consumers: `
			component.package.file_keys.project
			readme
		`,
	},
	{
		fact: "service", old: "\"/healthz\"", now: "\"/alive\"", gone: []string{`"/healthz"`},
		consumers: `
			component.container.file.Dockerfile
			component.serve.file.app
			component.serve.file.test_serve
			readme
		`,
	},
	{
		fact: "service", old: "\"/metrics\"", now: "\"/numbers\"", gone: []string{`"/metrics"`},
		consumers: `
			component.serve.file.app
			component.serve.file.test_serve
			readme
		`,
	},
	{
		fact: "model", old: "limited", now: "high", gone: []string{`| limited |`},
		consumers: `
			component.cards.file["MODEL_CARD.md"]
			readme
		`,
	},
	{
		fact: "dataset", old: "\"team\"", now: "\"firm\"", gone: []string{`team`},
		consumers: `
			component.contract.file.contract
			component.contract.file["DATASET_CARD.md"]
			component.serve.file.schema
		`,
	},
	{
		fact: "dataset", old: "CC0-1.0", now: "CC-BY-4.0", gone: []string{`CC0-1.0`},
		consumers: `
			component.contract.file["DATASET_CARD.md"]
			readme
		`,
	},
	{
		fact: "dataset", old: "seed = 7", now: "seed = 11", gone: []string{`SEED = 7`},
		consumers: `
			component.contract.file.sample
		`,
	},
	{
		fact: "monitor", old: "\"shift\"", now: "\"slide\"", gone: []string{`monitor="shift"`},
		consumers: `
			component.monitoring.file.alerts
			component.monitoring.file.alerts_test
			component.monitoring.file.dashboard
			component.monitoring.file.drift
			readme
		`,
	},
}
