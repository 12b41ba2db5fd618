"""The cases: one package for each profile, one module for each case. `index` lists them all."""
