"""Models: a name given by a person becomes an `Embedder` or a `Generator`.

`catalogue` says what a name means and what is ready, `embedders.load_embedder` and
`generators.load_generator` load it. Importing this package loads none of the libraries that models need.
"""
