project "x" {}

variable "name" {
  default = "a"
}

locals {
  x    = local.y # ERROR: Reference cycle
  y    = local.z
  z    = local.x
  self = local.self # ERROR: Reference cycle
  a    = var.nmae # ERROR: Undeclared variable
  b    = vra.name # ERROR: Unknown reference
  c    = project.titel # ERROR: Unsupported attribute
  d    = local.nothing_like_it # ERROR: Undeclared local value
  e    = uper("x") # ERROR: Call to unknown function
  f    = file.none.path # ERROR: Undeclared file
  g    = each.key # ERROR: Invalid reference
  h    = plan.summary # ERROR: Invalid reference
  i    = { name = "a" }
  j    = local.i.nmae # ERROR: Unsupported attribute
}
