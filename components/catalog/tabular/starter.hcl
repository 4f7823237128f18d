starter "tabular" {
  description = "A project that learns from a table, and that runs: data contract, pipeline, service, monitoring, cards, CI."
}

variable "name" {
  type        = string
  description = "Name of the project"
  suggest     = "folder"
  default     = "churn"
  nullable    = false
}

variable "author" {
  type        = string
  description = "Author"
  suggest     = "author"
  default     = "The authors"
  nullable    = false
}

variable "email" {
  type        = string
  description = "Address for reports of vulnerabilities"
  suggest     = "email"
  default     = "security@example.com"
  nullable    = false
}

variable "license" {
  type        = string
  description = "License"
  default     = "Apache-2.0"
  nullable    = false
  validation {
    condition     = contains(["Apache-2.0", "MIT", "BSD-3-Clause", "GPL-3.0-or-later", "MPL-2.0"], var.license)
    error_message = "Choose Apache-2.0, MIT, BSD-3-Clause, GPL-3.0-or-later or MPL-2.0; any other can be set in mlops.hcl."
  }
}

variable "learner" {
  type        = string
  description = "What learns"
  default     = "hist_gradient_boosting"
  nullable    = false
  validation {
    condition     = contains(["hist_gradient_boosting", "random_forest", "linear", "xgboost", "lightgbm"], var.learner)
    error_message = "Choose hist_gradient_boosting, random_forest, linear, xgboost or lightgbm."
  }
}
