"""The cases, one module each, named `<part>_<act>` or `<part>_<what>`.

`trial` is what a case is given and how it says what it saw; `session` is what all cases of a run share;
`expect` has the judgements that many cases make; `deals` brings about what a case needs before it begins.
`index` lists the cases.
"""
