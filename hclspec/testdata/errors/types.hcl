project "x" {
  python  = [3.10, "3.11"] # ERROR: Unquoted value
  title   = true # ERROR: Unquoted value
  authors = [{ nme = "a" }] # ERROR: Unknown key
}

variable "list" {
  type    = list(string)
  default = [1.0] # ERROR: Unquoted value
}

variable "object" {
  type    = object({ size = optional(number, 1) })
  default = { sise = 2 } # ERROR: Unknown key
}

variable "number" {
  type    = number
  default = "many" # ERROR: Wrong type
}

variable "needed" {} # ERROR: Missing variable value

variable "constant" {
  default = local.x # ERROR: Reference not allowed
}

variable "short" {
  default = "ab"
  validation {
    condition     = length(var.short) > 2 # ERROR: Invalid value for variable
    error_message = "Use at least three letters."
  }
}

locals {
  x = 1
}

file "mode" {
  content = ""
  mode    = 0755 # ERROR: Unquoted value
}

file "mode2" {
  content = ""
  mode    = "0600" # ERROR: Unsupported value
}

file "owner" {
  content   = ""
  ownership = "usr" # ERROR: Unsupported value
}

file "null" {
  content = null # ERROR: Null value
}

file "number" {
  content = 42 # ERROR: Unquoted value
}

file "each" {
  for_each = ["a"] # ERROR: Invalid for_each
  path     = each.key
  content  = ""
}

file "nopath" { # ERROR: Missing path
  for_each = toset(["a"])
  content  = ""
}

git {
  author  = { name = "a", mail = "b" } # ERROR: Unknown key
  backend = "svn" # ERROR: Unsupported value
}

check "type" {
  severity = "fatal" # ERROR: Unsupported value
  assert {
    condition     = true
    error_message = "x"
  }
}

file "infinite" {
  content = 1 / 0 # ERROR: Infinite number
}
