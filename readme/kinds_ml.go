package readme

// mlKinds are the kinds of sections on data, models and pipelines, in the order
// in which they are documented.
func mlKinds() []kind {
	return []kind{
		configurationKind(),
		includeKind(),
		pipelineKind(),
		dataKind(),
		dataDictionaryKind(),
		datasetCardKind(),
		trainingKind(),
		hyperparametersKind(),
		evaluationKind(),
		metricsKind(),
		resultsKind(),
		pretrainedModelsKind(),
		modelCardKind(),
		experimentsKind(),
		servingKind(),
		monitoringKind(),
		reproducibilityKind(),
		hardwareKind(),
		environmentalImpactKind(),
		limitationsKind(),
		checklistKind(),
	}
}
